// What the widget itself says, by language; the assistant's words come from the server.
const WORDS = {
    en: {
        open: "Chat with us", title: "Chat with", close: "Close the chat", log: "Conversation", write: "Your message",
        send: "Send", past: "Earlier conversations", fresh: "New conversation", none: "There are none yet.",
        you: "You", assistant: "Assistant", operator: "Support", system: "Notice",
        hello: "How can we help? Write to us here; an automated assistant answers first, and brings in a person "
            + "where one is needed.",
        working: "Working on it…", waiting: "Your message is here, and a person will answer it.",
        approval: "A colleague has to approve this first.",
        solved: "Settled. If it is not, just write again.",
        closed: "This conversation is closed; what you write opens a new one.",
        offline: "No connection. What you write is kept and sent later.", unsent: "Not sent yet",
        ended: "Your sign-in has ended. Please reload the page.", refused: "This was not sent.",
        busy: "A moment, please: it is sent soon.",
        long: "This message is too long: {n} characters, and 20,000 are possible. Please shorten it.",
        answers: "Answers", yes: "Yes, please go ahead", no: "No, please leave it", code: "Send a new code",
        coded: "A new code is on its way, if we have an address of yours.",
        stranger: "No code can reach you here, because we do not know your account. Please sign in on our site and open "
            + "the chat again.",
        rate: "How was it?", of: "{n} of 5", comment: "What should we know? (optional)", rated: "Thank you!",
        unread: "{n} new",
        status: {new: "open", open: "open", pending: "waiting for you", on_hold: "being checked", solved: "settled",
            closed: "closed"},
    },
    de: {
        open: "Chat öffnen", title: "Chat mit", close: "Chat schließen", log: "Gespräch", write: "Ihre Nachricht",
        send: "Senden", past: "Frühere Gespräche", fresh: "Neues Gespräch", none: "Es gibt noch keine.",
        you: "Sie", assistant: "Assistent", operator: "Kundendienst", system: "Hinweis",
        hello: "Wie können wir helfen? Schreiben Sie uns hier; zuerst antwortet ein automatischer Assistent, und wo "
            + "ein Mensch gebraucht wird, holt er ihn dazu.",
        working: "Einen Moment …", waiting: "Ihre Nachricht ist da, und ein Mensch wird antworten.",
        approval: "Das muss zuerst jemand von uns freigeben.",
        solved: "Erledigt. Wenn nicht, schreiben Sie einfach wieder.",
        closed: "Dieses Gespräch ist geschlossen; was Sie schreiben, eröffnet ein neues.",
        offline: "Keine Verbindung. Was Sie schreiben, wird aufgehoben und später gesendet.",
        unsent: "Noch nicht gesendet", ended: "Ihre Anmeldung ist abgelaufen. Bitte laden Sie die Seite neu.",
        refused: "Das wurde nicht gesendet.", busy: "Einen Moment bitte: Es wird gleich gesendet.",
        long: "Die Nachricht ist zu lang: {n} Zeichen, und 20.000 sind möglich. Bitte kürzen Sie sie.",
        answers: "Antworten", yes: "Ja, bitte", no: "Nein, bitte nicht", code: "Neuen Code senden",
        coded: "Ein neuer Code ist unterwegs, wenn wir eine Adresse von Ihnen haben.",
        stranger: "Ein Code kann Sie hier nicht erreichen, weil wir Ihr Konto nicht kennen. Bitte melden Sie sich auf "
            + "unserer Seite an und öffnen Sie den Chat wieder.",
        rate: "Wie war es?", of: "{n} von 5", comment: "Was sollten wir wissen? (freiwillig)", rated: "Vielen Dank!",
        unread: "{n} neu",
        status: {new: "offen", open: "offen", pending: "wartet auf Sie", on_hold: "wird geprüft", solved: "erledigt",
            closed: "geschlossen"},
    },
};

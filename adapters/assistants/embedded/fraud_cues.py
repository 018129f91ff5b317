"""A card, an account or a name in somebody else's hands: every hour counts, and no machine should reassure.

Questions about how it is prevented ("how do you protect my account from being hacked?") are none of these.
"""

from adapters.assistants.embedded.cues import cue

_STRANGER = (
    r"(?:some(?: ?one|body)(?: else)?|a stranger|another person|strangers|thieves|a thief|hackers?|scammers?"
    r"|an? unknown \w+)"
)
_MINE = r"(?:my|our) (?:\w+ ){0,2}?"
_HELD = r"(?:cards?|accounts?|paypal|identity|login|log-in|password|e-?mail|profile|bank details|card details|details)"
_TAKEN = (
    r"(?:hacked|compromised|stolen|hijacked|cloned|phished|skimmed|misused|taken over|broken into"
    r"|used (?:by (?:some\w+|a stranger|others?|another)|without|fraudulently))"
)
_DONE_WITH = (
    r"(?:used|uses|using|charged|stole|stolen|paid (?:with|using|by|from)"
    r"|ordered (?:\w+ ){0,2}?(?:with|on|using|from|through)"
    r"|bought (?:\w+ ){1,3}(?:with|on|using)|(?:is |was )?logged (?:into|in to|on to)|accessed|got into|gets into"
    r"|hacked(?: into)?|took over|broke into)"
)
_LEAVE = r"(?:permission|consent|authori[sz]ation|knowledge|approval|knowing)"
_NOT_SAFE = r"(?!from |against |safe |secure )"

FRAUD = (
    cue(
        "fraud",
        rf"{_STRANGER} (?:(?:has|have|had|is|was|just|been|must|may|might) ){{0,3}}{_DONE_WITH} {_MINE}{_HELD}",
        rf"{_MINE}{_HELD} (?:{_NOT_SAFE}\w+ ){{0,2}}(?:was|were|is|are|got|been|being|gets) (?:\w+ )?{_TAKEN}",
        rf"(?:used|charged|debited|paid with|ordered with|ordered on) {_MINE}{_HELD} (?:\w+ ){{0,4}}without"
        rf" (?:my |our |any )?{_LEAVE}",
        r"(?:paid|ordered|bought) (?:\w+ ){0,3}(?:with|on|using) my (?:\w+ )?(?:card|account|paypal) (?:and|but) it"
        r" (?:was not|wasn't|isn't) me",
        r"(?:payments?|charges?|transactions?|purchases?|withdrawals?|orders?) (?:\w+ ){0,3}?(?:that |which )?(?:i|we)"
        r" (?:never|did not|didn't|have not|haven't) (?:authori[sz]ed?|approved?|placed?|made|make)(?!\w)",
        r"unauthori[sz]ed (?:\w+ )?(?:charges?|payments?|transactions?|use|access|purchases?|orders?|logins?)",
        r"(?:(?:am|was|been|i'm) (?:a |the )?victim of (?:\w+ )?(?:fraud|identity theft|phishing|a scam)"
        r"|fraudulent (?:charges?|payments?|orders?|transactions?|use))",
        r"(?:mein|unser)\w{0,2} (?:\w+ ){0,2}?(?:konto|kundenkonto|benutzerkonto|account|karte|kreditkarte|passwort"
        r"|e-?mail-?\w*|profil) (?:(?!vor |gegen )\w+ ){0,4}?(?:gehackt|gestohlen|geklaut|missbraucht|kompromittiert"
        r"|übernommen)",
        r"(?:jemand(?: anderes)?|ein fremder|unbekannte|ein unbekannter) (?:\w+ ){0,6}?(?:mein|unser)\w{0,2}"
        r" (?:\w+ )?(?:karte|kreditkarte|konto|kundenkonto|account|paypal|daten) (?:\w+ ){0,5}?(?:benutzt|verwendet"
        r"|bezahlt|bestellt|eingekauft|gestohlen|geklaut|eingeloggt|angemeldet|gehackt|missbraucht)",
        r"nicht (?:von mir )?(?:autorisierte|genehmigte|veranlasste)\w? (?:zahlung|abbuchung|bestellung)\w{0,2}",
    ),
)

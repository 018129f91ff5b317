"""Wanting a person, and not wanting a machine: how customers say it.

English, with the plainest forms of six other languages. Wanting *the desk's* person is meant: not a person in general,
not one they have already spoken to, and not whether we are one.
"""

from adapters.assistants.embedded.cues import NEGATION, compile_words, cue

_KIND = r"(?:(?:real|actual|live|living|proper|human|different|another|local|senior) ){0,3}"
_HUMAN = (
    r"humans?(?! (?:resources|hair|rights|error|bod\w+|skeleton|anatomy|size\w*|nature|figure|skull|growth|made"
    r"|(?:hands?|ears?|eyes?|heads?|foot|feet|skin|spine|voice|teeth|consumption|use)(?!\w)))"
)
_ROLE = (
    r"(?:agents?|representatives?|reps?|operators?|advis[eo]rs?|supervisors?|managers?|executives?|boss|employees?"
    r"|colleagues?|specialists?|team members?|members? of (?:staff|your (?:team|staff))|staff(?: members?)?)"
)
_CALL_DETAILS = r"(?! (?:no|nr|number|name|phone|email|e-mail|mail|address|details|hours|timings?|times?|link)(?!\w))"
_DESK = rf"(?:customer (?:services?|support|care|relations)|(?:the|your) (?:support|service|help ?desk)){_CALL_DETAILS}"
_PERSON = rf"{_KIND}(?:{_HUMAN}(?: beings?)?|persons?|people|{_DESK}(?: {_ROLE})?|{_ROLE})"
_REAL_PERSON = (
    rf"(?:(?:real|actual|live|living|breathing|human) {_KIND}(?:persons?|people|{_HUMAN}|one|someone|{_ROLE})"
    rf"|{_HUMAN}(?: being)?)"
)
_SOMEONE = (
    r"(?:someone|somebody|anyone|anybody)(?! (?:else'?s|who (?:lives|stole|used|hacked)))"
    r"(?: (?:real|human|else|in charge|(?:from|on|in|at|with) (?:your|the) \w+))?"
)
_ARTICLE = r"(?:(?:a|an|the|your|one of your|some|any) )?"
# "Are you a real person?" asks who we are, and wants nobody.
_NOT_WANTED = NEGATION + r"|(?:are you|you are|you're|be|am i|is (?:this|it)|like|or|as)(?: [^\s.!?,;]{1,12}){0,4} "

_SURELY_A_PERSON = (
    rf"(?:{_REAL_PERSON}|representatives?|(?<!tour\s)operators?|supervisors?|members? of (?:your |the )?(?:team"
    rf"|staff)|team members?|employees?|whoever (?:is in charge|can (?:decide|help))"
    r"|one of your (?:agents?|colleagues?|people|team|staff|advis[eo]rs|employees)"
    r"|staff members?|customer (?:service|support|care) (?:agents?|reps?|team|people|staff|department|manager)"
    r"|(?:some|any)(?:one|body) (?:from|in|at|on) (?:(?:your|the|customer) )?(?:\w+ )?(?:support|team|staff|service"
    r"|company|side|department|office|sales|billing)"
    r"|(?:some|any)(?:one|body) (?:competent|responsible|with authority|in charge|qualified|senior)|live (?:agent"
    r"|chat agent|support)"
    r"|(?:complaints?|customer service|support) (?:department|team|desk)(?: manager)?)"
)
_WORD = r"(?:(?!(?:not|never|no|if|whether|are|is|smooth)\b)[\w']+,? )"  # none that turns the request around

WANTS_PERSON = (
    cue(
        "asks_for_surely_a_person",
        rf"(?:speak|talk|chat|discuss|want|need|prefer|would like|i'd like|i'd rather|connect|transfer|forward"
        rf"|escalate|pass|hand|put|phone|call|ring"
        rf"|contact|reach|get|give me|gimme|let|have|deal|involve|insist|demand"
        rf"|by phone) {_WORD}{{0,6}}?{_SURELY_A_PERSON}(?! (?:told|said|who told|who said))",
        rf"{_SURELY_A_PERSON},?(?: (?:please|pls|plz|now|asap|immediately))+",
        r"(?:who|whom) (?:can|could|may|do|should) (?:i|we) (?:\w+ )?(?:speak|talk|complain|turn) (?:to|with)",
        r"(?:is|are) (?:some(?:one|body)|any(?:one|body)) (?:there|around|available|real|human)(?: \w+){0,4}(?=\W)",
        r"i (?:want|need|would like|wanna|have) (?:to )?(?:talk|speak) (?:to|with|2) (?:them|him|her|someone"
        r"|somebody|people)",
        unless_after=_NOT_WANTED,
    ),
    cue(
        "asks_to_speak",
        rf"(?:speak|talk|chat|deal|discuss (?:this|it|that|my \w+)|connect|connected|hand me|transfer(?:red)?"
        rf"|a word|get in touch|put (?:me )?through"
        rf"|get through|escalate(?: (?:this|it|me|my \w+))?|(?:switch|redirect|forward|pass|hand|put|refer) (?:me"
        rf"|this|it|my \w+)"
        rf"(?: \w+)?)(?: (?:me|please|pls|directly|now|over|on))*(?: (?:to|2|with"
        rf"|w/))? {_ARTICLE}(?:\w+ )?(?:{_PERSON}|{_SOMEONE})",
        rf"(?:get|give|find|bring|send) me {_ARTICLE}(?:{_PERSON}|someone (?:real|human|else)){_CALL_DETAILS}",
        rf"(?:reach|call|contact|involve|get) {_ARTICLE}(?:{_REAL_PERSON}|{_KIND}(?:agent|representative|operator"
        rf"|supervisor))",
        unless_after=NEGATION,
    ),
    cue(
        "asks_for_person",
        r"(?:want|need|prefer|(?:would|i'd|we'd|i|'d rather) like|demand|require|request|insist on|have|get|see|put"
        r"|deal with"
        r"|waiting for|looking for)"
        rf" (?:to (?:have|get|see) )?(?:(?:a|an|the|some|your|another) )?{_REAL_PERSON}",
        r"(?:want|need|prefer|like|demand|request|have|get) (?:a|an|your|another) (?:customer (?:service|support"
        r"|care) )?"
        r"(?:representative|rep|operator|supervisor|manager|(?:live |support )?agent)"
        r"(?! (?:account|role|user|licen[cs]e|seat|fee|login))",
        rf"(?:want|need|contact) (?:to contact )?customer (?:services?|support|care|relations){_CALL_DETAILS}",
        rf"(?:is|are) there (?:(?:a|an|any|some) )?(?:{_REAL_PERSON}|persons?|people|any ?one|agents?"
        rf"|representatives?|some(?:body|one))"
        r"(?: (?:real|human|there|here))? (?:i|we|who|to|that|available|around|on)",
        rf"(?:any|are there) (?:real |actual )?(?:{_HUMAN}|real people)",
        rf"(?:(?:a|any) )?{_REAL_PERSON} (?:available|to (?:talk|speak|chat|answer|help|write))",
        rf"(?:can|could|will|would|may|must|should|let|have|has|want|need|like) (?:(?:a|an|some|your"
        rf"|any) )(?:{_REAL_PERSON}|person"
        r"|agent|representative|supervisor|manager|member of staff|colleague)(?: please)?(?: to)? \w+",
        rf"(?:have|get|ask|make|want|need|like) (?:{_SOMEONE})(?: (?:from|of|in) [\w ]{{1,30}})?(?: to)? (?:call"
        rf"|ring|phone|contact) me",
        r"(?:some|any)(?:one|body) (?:real|human)",
        rf"(?:a|an|some) {_REAL_PERSON},?(?: (?:please|pls|plz|now|asap|not a \w+|instead)|(?=\W*$))",
        r"(?:call|ring|phone) me back",
        unless_after=_NOT_WANTED,
    ),
    cue(
        "other_languages",
        r"(?:mit einem|mit jemandem|einen|echten) (?:echten |richtigen )?(?:menschen|mitarbeiter|kundenberater)",
        r"(?:parler|discuter) (?:à|a|avec) (?:un |une )?(?:vrai |vraie )?(?:personne|humain|conseill\w+|agent"
        r"|être humain|quelqu'un)",
        r"hablar con (?:una |un |alguna |algún )?(?:persona|humano|agente|representante|alguien)",
        r"parlare con (?:una |un |qualche )?(?:persona|operator\w+|umano|essere umano|addett\w+|qualcuno)",
        r"(?:met )(?:een )?(?:echt )?(?:mens|medewerker|persoon|iemand) (?:spreken|praten)",
        r"falar com (?:uma |um )?(?:pessoa|humano|atendente|agente|alguém)",
    ),
)

# A whole message that is little more than the word: "agent please", "REPRESENTATIVE!!", "human. now".
BARE_PERSON = compile_words(
    r"(?:(?:hi|hello|hey|ok|okay|no|just|please|pls|plz|now|a|an|the|your|live|real|actual|customer|service|support"
    r"|care|speak"
    r"|talk|chat|to|with|connect|i|want|need|get|me)\W{1,4}){0,8}"
    r"(?:agent|representative|rep|operator|humans?(?: being)?|person|supervisor|manager|executive"
    r"|customer (?:service|care|support))"
    r"(?:\W{1,4}(?:to|please|pls|plz|now|asap|immediately|thanks|thank you|support|chat|talk|speak|required|needed"
    r"|only)){0,4}"
)

_INSULT = r"(?:(?:stupid|useless|dumb|bloody|damn|automated|automatic|silly|ai|virtual) ){0,3}"
_BOT = (
    r"(?:(?:chat ?)?bots?|ai|a\.i\.?|virtual (?:assistant|agent)s?|language models?|chat ?gpt|automated (?:system"
    r"|assistant|agent)s?)"
)
_GOODS = r"(?! ?(?:vacuum|mower|kit|toy|hoover|cleaner|lawn|repair|shop|part|parts|protection|plan)\w*)"
_MACHINE = rf"(?:{_BOT}|(?:robots?|machines?|computers?|programs?|algorithms?){_GOODS})"
_ANY = r"(?:(?:a|an|the|this|that|these|your|any|some|another|just) ){0,2}"

REFUSES_BOT = (
    cue(
        "not_with_a_machine",
        r"(?:not|never|\w{2,6}n't|dont|cannot|refuse|hate|stop|sick|tired|fed up|done|no point|pointless|useless"
        r"|rather than|instead"
        rf"|without)(?: \w+){{0,4}} (?:talk|speak|chat|deal|discuss|argu|communicat|interact|explain|writ|typ)\w*"
        rf"(?: \w+){{0,2}} (?:to|with) {_ANY}{_INSULT}{_MACHINE}",
        rf"(?:talk|speak|chat|deal|argu)\w* (?:to|with) {_ANY}{_INSULT}{_MACHINE}(?: \w+)? (?:is|isn't|makes|does"
        rf"|doesn't|drives)",
        r"(?:no(?: more)?|stop (?:it )?with|enough (?:of|with)|get rid of|sick of|tired of|fed up with|hate"
        r"|turn off|switch off"
        r"|(?:do not|don't|dont) (?:want|need|like|trust|do|use)|won't (?:talk|use)|anything but)"
        rf" {_ANY}(?:talking )?{_INSULT}{_BOT}{_GOODS}",
        r"(?:stop|no(?: more)?|quit|enough(?: of| with)?) (?:[\w']+ ){0,3}(?:automated|automatic|canned|scripted"
        r"|robotic|robot|bot|ai)"
        r" (?:repl(?:y|ies)|responses?|messages?|answers?)",
        rf"(?:useless|stupid|dumb|pointless|idiotic|worthless|hopeless) (?:(?:chat ?)?bot|robot|machine|ai){_GOODS}",
        rf"(?:stop|enough|no more)(?: \w+){{0,2}} {_BOT} (?:nonsense|crap|rubbish|stuff|answers?|repl\w+|talk|thing"
        rf"|game)",
        rf"(?:why|must|have to|having to|forced to|keep|kept|stuck|made to)(?: \w+){{0,4}} (?:talk|speak|chat|deal"
        rf"|argu)\w* (?:to|with) {_ANY}{_INSULT}{_MACHINE}",
        rf"(?:do not|don't|dont|no|never|not)(?: \w+){{0,2}} (?:answers?|help|a reply|replies|responses?|advice"
        rf"|messages?|texts?) (?:from|by|of) {_ANY}{_INSULT}{_MACHINE}",
        rf"(?:off|out of|past|around) {_ANY}{_INSULT}(?:{_BOT}|robot)",
        r"(?:chat ?bots?|bots?|robots?|ai) (?:is (?:no|not)|can't|cannot|can not|won't|will not|don't|doesn't|does not)"
        r" (?:any )?(?:help|use|understand|solve|fix|get)\w*",
    ),
    cue(
        "not_a_machine",
        rf"(?:no|not|and not|than|isn't) {_ANY}{_INSULT}(?:{_BOT}|robots?|machines?)(?: (?:answers?|repl\w+"
        rf"|scripts?))?(?=\W*(?:$|[.!?,;\n]))",
        unless_after=r"(?:i am|i'm|you are|you're|are you)(?: \w+)? ",
    ),
)

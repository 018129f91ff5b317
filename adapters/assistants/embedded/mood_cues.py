"""Anger, and having written before: two reasons to hurry, and to be careful with cheerful templates."""

import re
from collections.abc import Iterator

from adapters.assistants.embedded.cues import NEGATION, Span, compile_words, cue

_YOUR_SIDE = (
    r"(?:you(?: (?:guys|people|lot|all))?|your (?:\w+ )?(?:company|service|support|shop|store|team|staff|website"
    r"|people|business|firm)"
    r"|(?:customer )?(?:service|support|care)|the company|this (?:company|shop|store|service|place))"
)
_VERY = (
    r"(?:(?:so|an?|absolute|complete|total|utter|very|really|absolutely|totally|completely|utterly|beyond|just"
    r"|extremely|bloody|simply|pretty|quite|truly|such) ){0,3}"
)
_BAD = (
    r"(?:ridiculous|unacceptable|inacceptable|outrageous|disgusting|disgraceful|(?:a )?disgrace|appalling|pathetic"
    r"|shameful|unbelievable"
    r"|atrocious|abysmal|horrendous|infuriating|incompetent|unprofessional|shambolic|a shambles|scandalous"
    r"|insulting|an insult"
    r"|laughable|despicable|garbage|rubbish|trash|dreadful|shocking|shocked by|horrible|terrible|awful|lousy)"
)
_GONE_WRONG = (
    r"(?:service|support|experience|company|customer care|treatment|communication|attitude|behaviou?r|way to treat)"
)

ANGRY = (
    cue(
        "profanity",
        r"f+u+c+k\w*|f\*+\w*|wtf+|motherf\w+|bull ?sh[i1*]t\w*|sh[i1*]t(?:ty|s|show|e)?(?! (?:zu|tzu))|ass ?holes?"
        r"|arse ?holes?|bastards?"
        r"|bitch\w*|cunts?|dickheads?|wankers?|pricks?|twats?|morons?|idiots?|imbeciles?|dumb ?ass\w*|scumbags?"
        r"|jackass\w*|a ?holes?"
        r"|screw you|go to hell|damn(?:ed|it)?(?! (?:good|great|nice|fine|well|tasty|happy))|goddamn\w*"
        r"|piss(?:ed)? off|p(?:i|\*)ssed"
        r"|crap(?:py)?|bloody (?:hell|useless|awful|ridiculous|joke|annoying|idiots?)|(?:what|where|who|why"
        r"|how) the (?:hell|heck|fuck|f)",
    ),
    cue(
        "strong_words",
        rf"(?:this|that|it|{_YOUR_SIDE}|which|how|what|are|is|was|been|'s|'re) {_VERY}{_BAD}(?! (?:good|fast|nice"
        rf"|value|price|low))",
        rf"(?:absolutely|totally|completely|utterly|beyond|just|simply) {_BAD}",
        rf"(?:worst|poor|poorest|terrible|horrible|awful|pathetic|shocking|appalling|disgraceful|lousy|dreadful"
        rf"|useless|bad"
        rf"|ridiculous|unacceptable|shameful|disgusting) (?:\w+ )?{_GONE_WRONG}",
        r"(?:thieves|crooks|con artists?|scammers?|swindlers?|liars|cheats|cowboys|criminals|fraudsters"
        r"|rip[-\s]?off(?: merchants)?)",
        rf"{_YOUR_SIDE} (?:are|r|is|were) (?:\w+ ){{0,3}}(?:useless|hopeless|scam\w*|fraud\w*|lying|liars?|thie\w+"
        rf"|crooks?|idiots?|clowns?"
        r"|worthless|rude|jokers?|criminals?|stealing|robbing|cheating|a joke|the worst|clueless)",
        r"(?:what a|is this a|this is a|it's a|absolute|complete|total|bloody|utter|big|are a|is a"
        r"|a sick) (?:\w+ )?(?:joke|scam|farce"
        r"|disaster|shambles|rip[-\s]?off|circus|nightmare)(?! (?:book|shop|box|card)s?)",
        r"are you (?:(?:even|actually|people|guys|freaking|fucking) )*(?:kidding|joking|serious|mad|insane|blind"
        r"|deaf|stupid)(?: me)?",
        r"you(?: must|'ve got to| have to| are|'re| gotta)(?: be)? (?:kidding|joking)",
        r"(?:unbelievable|ridiculous|outrageous|disgraceful|disgusting|unacceptable|pathetic|appalling) ?!",
        r"the worst (?:\w+ ){1,4}?(?:ever|i've|i have|i had|in my|on earth|in the world)",
        r"(?:being |been |was |get |getting )?treated (?:\w+ )?(?:badly|poorly|terribly|horribly|unfairly"
        r"|like (?:dirt|crap|a criminal|an idiot|this|that|shit))|how badly",
        r"(?:shame on you|how dare you|enough is enough|screw (?:this|you)|for (?:god'?s|heaven'?s|fuck'?s|pete'?s"
        r"|christ'?s) sake|ffs)",
        r"(?:had|have had|'ve had|having) (?:quite |more than )?enough(?: of (?:you|your|this|it|these"
        r"|waiting)\w*)?(?=\W|$)(?! (?:time|money|space))",
        r"(?:never|not) (?:ever )?(?:buying|ordering|shopping|buy|order|shop)(?: \w+){0,3} (?:again|any ?more|ever)",
        r"(?:steal\w*|stole|robb\w*|took|keep\w*) (?:all )?my (?:hard[-\s]earned )?(?:money|cash)|rip(?:ped"
        r"|ping)? (?:me|us|people) off",
        r"(?:waste|wasting|wasted) (?:of )?(?:my|our|everyone'?s) (?:time|money)|complete waste of (?:time|money)",
    ),
    cue(
        "says_so",
        r"(?:i am|i'm|im|i feel|we are|we're|makes? me|making me|made me|getting|got me|is|really|so|very|beyond"
        r"|feeling) (?:(?!not|no|never)\w+ ){0,2}"
        r"(?:angry|furious|livid|outraged|enraged|mad(?= (?:at|with|that|now)|\W*$)|fuming|seething|disgusted|appalled"
        r"|infuriated|frustrated|raging|pissed|boiling)",
        r"(?:fed up|sick and tired|sick to death|sick of|tired of|done with|had it) (?:with|of"
        r"|up to here)? ?(?:you\w*|this|that|it|these|all"
        r"|waiting|being|having|asking|calling|chasing|excuses|lies|\w+ing)",
        r"(?:i am|i'm|im|we are|we're) (?:(?!not |never )\w+ )?(?:fed up|sick and tired|sick of it)(?=\W*$|[.!,;])",
        r"(?:so|extremely|deeply|bitterly|hugely|massively|terribly|utterly|more than|beyond)"
        r" disappoint(?:ed|ing)",
        r"disappointed (?:in|with|by) (?:you|your (?:company|service|support|shop|team|staff)|how you)(?!\w)",
        r"(?:lost|losing|lose|out of|running out of) (?:all )?(?:my )?patience|my patience is|at my wits'? end"
        r"|blood (?:is )?boil\w*",
        rf"(?:i|we) (?:really |absolutely |fucking )?(?:hate|despise|loathe) {_YOUR_SIDE}",
        r"(?:this|that|it|your \w+|you(?: guys| people)?|(?:customer )?(?:service|support)) (?:really |totally "
        r"|fucking )?sucks?(?! (?:up|in|out|the|air|dust))",
        unless_after=NEGATION,
    ),
    cue(
        "german",
        r"(?:ich bin|bin ich|wir sind|sind wir|macht mich|macht uns) (?:(?!nicht |kein)\w+ ){0,2}?(?:wütend|sauer"
        r"|stinksauer|stocksauer|verärgert|genervt|empört|fassungslos)",
        r"(?:so|maßlos|zutiefst|total|bitter|schwer) enttäuscht",
        r"(?:die )?(?:nase|schnauze) (?:(?:gestrichen|echt|langsam|so) )?voll",
        r"(?:eine |ist |reine |solche |so eine )(?:frechheit|unverschämtheit|zumutung|sauerei|schweinerei)",
        r"(?:mir reicht(?: es|'s)|jetzt reicht(?: es|'s)?|es reicht(?: mir| jetzt)|unter aller sau)",
        unless_after=r"(?:nicht|kein\w{0,2}|niemals)(?: \w+){0,2} ",
    ),
)

_PRAISE = compile_words(
    r"thanks?(?: you)?|thx|great|love\w*|awesome|perfect|amazing|wonderful|excellent|happy|congrat\w*|yay|please"
    r"|hello|hi|cool|brilliant"
)
_EXCLAIMS = re.compile(r"!{3,}|\?!+|!\?|(?:![^!]{1,80}){2}!|\?{3,}")
_SHOUTED_WORD = re.compile(r"(?<!\w)[A-Z][A-Z']+(?!\w)")
_ANY_WORD = re.compile(r"(?<!\w)[A-Za-z][A-Za-z']*(?!\w)")
_MIN_SHOUTED = 4  # words: "MY ORDER IS W123" is a caps-lock key, not anger
_SHOUTED_SHARE = 0.7


def find_loud(text: str) -> Iterator[Span]:
    """Yield where a message, in its own case, is written in capitals or piles up marks, unless it praises or greets."""
    exclaims = _EXCLAIMS.search(text)
    if exclaims and not _PRAISE.search(text.lower()):
        yield Span("angry", "exclaims", *exclaims.span())
    shouted = list(_SHOUTED_WORD.finditer(text))
    words = len(_ANY_WORD.findall(text))
    if len(shouted) >= _MIN_SHOUTED and len(shouted) >= _SHOUTED_SHARE * words:
        yield Span("angry", "shouts", shouted[0].start(), shouted[-1].end())


_NTH = r"(?:2nd|3rd|\d{1,2}th|second|third|fourth|fifth|sixth|seventh|tenth|hundredth|thousandth|umpteenth|nth|last)"
_TIMES = (
    r"(?:twice|(?:two|three|four|five|six|ten|several|many|multiple|numerous|so many|countless|a (?:few|couple of"
    r"|hundred|million)|\d{1,3}) times)"
)
_CONTACTING = (
    r"(?:writ(?:e|ing)|contact(?:ing)?|call(?:ing)?|ask(?:ing)?|e?-?mail(?:ing)?|messag(?:e|ing)|report(?:ing)?"
    r"|complain(?:ing)?"
    r"|phon(?:e|ing)|reach(?:ing)? out|tell(?:ing)? you|explain(?:ing)?|chas(?:e|ing)|try(?:ing)? to (?:reach"
    r"|contact|call)"
    r"|get(?:ting)? in touch|follow(?:ing)? up|rais(?:e|ing)|request(?:ing)?|rais(?:e|ing) this)"
)
_CONTACTED = (
    r"(?:written|wrote|contacted|called|asked|e?-?mailed|messaged|reported|complained|phoned|reached out"
    r"|told (?:you|your|them|somebody"
    r"|someone)|explained|chased|spoken|spoke|talked|rung|rang|been in touch|got in touch|followed up"
    r"|opened a (?:ticket|case)|raised|requested)"
)

REPEATED_CONTACT = (
    cue(
        "counts_contacts",
        rf"(?:{_NTH}|many|how many|number) (?:time|times|attempt)(?: (?:that|now|already|today|this week"
        rf"|this month))*(?: (?:do|must|should|have|will|am))*"
        rf"(?: (?:i|we)(?:'m|'ve| am| have| need| must|'ve had)?)?(?: (?:to|had|have|now|been"
        rf"|already))* (?:{_CONTACTING}|{_CONTACTED})",
        rf"(?:my|the|our) (?!last){_NTH} (?:e?-?mail|message|call|request|attempt|letter|contact|ticket|complaint"
        r"|reminder|chat|try)",
        rf"(?:i|we)(?: have|'ve|ve)?(?: now| already)? (?:{_CONTACTED})(?: [\w']+){{0,4}} {_TIMES}",
        rf"{_TIMES}(?: now| already)? (?:i|we)(?: have|'ve)? {_CONTACTED}",
        rf"how (?:often|many times|many more times)(?: \w+){{0,4}} {_CONTACTING}",
        rf"(?!last){_NTH} (?:e?-?mail|message|call|request|letter|contact|ticket|complaint|reminder"
        rf"|enquiry)(?! (?:address|box))(?: (?:now|already|about|this|i|and|on)|(?=\W*(?:$|[.,!?\n])))",
        r"(?:two|three|four|five|six|seven|ten|several|many|multiple|\d{1,2}) (?:e?-?mails|messages|letters|calls"
        r"|tickets|complaints|reminders) (?:already|now|so far|about this|and)",
        r"repeat(?:ing)? (?:myself|ourselves)",
        r"how many (?:more )?(?:e?-?mails|messages|calls|tickets|requests|letters|complaints) (?:do|must|should"
        r"|have|will|does|until|before)",
        rf"(?:been|was|were) (?:reported|raised|mentioned|explained|requested|asked"
        rf"|told) (?:\w+ ){{0,2}}?(?:{_TIMES}|already|before)",
        rf"{_CONTACTED}(?: [\w']+){{0,4}} (?:repeatedly|{_TIMES}|again and again|on several occasions)",
        r"(?:e?-?mails?|messages?|calls?|requests?|letters?|tickets?|questions?)(?: \w+){0,3} (?:unanswered|ignored"
        r"|without (?:an? )?(?:answer|reply|response))",
        r"(?:writing|contacting|calling|e?-?mailing|messaging|asking)(?: you| this)?(?: \w+)? (?:again|once more"
        r"|another time|for the)",
        r"(?:time and (?:time )?again|over and over|again and again)",
        rf"(?:once|yet) again,? (?:i|we)(?: am|'m| have|'ve)? {_CONTACTING}",
    ),
    cue(
        "already_contacted",
        rf"(?:i|we)(?: have|'ve|ve)?(?: already| previously| repeatedly| before) {_CONTACTED}",
        rf"already {_CONTACTED}|(?:already|previously) (?:been|was) in (?:contact|touch)"
        rf"|again(?: \w+){{0,4}} i (?:wrote|called|contacted|e?-?mailed|reported|asked)(?: \w+){{0,3}} about",
        rf"(?:i|we)(?: have|'ve|ve|'d)? {_CONTACTED}(?: [\w']+){{0,6}} (?:before|already|again|last (?:week|month"
        rf"|\w+day)|days ago|weeks ago|and again)",
        r"(?:as|like) (?:i|we)(?: have|'ve)?(?: already)? (?:said|told|wrote|written|mentioned|explained"
        r"|stated)(?: \w+){0,3}"
        r" (?:before|already|earlier|previously|last|in my|several)",
        r"as (?:mentioned|explained|stated|said|written)(?: \w+){0,3} (?:before|already|earlier|previously|in my"
        r"|in (?:the )?(?:last|previous))",
        r"my (?:previous|earlier|other|first|many|numerous|prior|past|countless) (?:e?-?mails?|messages?|tickets?"
        r"|complaints?|calls?|letters?|chats?|enquir\w+)",
        r"(?:been|keep|kept|constantly|continually) (?:\w+ )?(?:writing|contacting|calling|asking|e?-?mailing"
        r"|messaging|chasing|complaining|phoning|trying to (?:reach|contact|call|get))"
        r"(?! (?:me|us|my)(?!\w))",
    ),
    cue(
        "unanswered",
        r"(?:no ?body|no ?one|none of you)(?: has| have| ever| even| bothered to)* (?:replie[ds]|respond(?:s|ed)?"
        r"|answer(?:s|ed)?|reacts?|reacted|reply"
        r"|(?:got|gotten|gets?|came|comes?|calls?|called|wrote) back)",
        r"you(?: guys| people| all)? (?:never|did not|didn't|haven't|have not|don't|do not"
        r"|won't)(?: \w+)? (?:repl(?:y|ied)|respond(?:ed)?|answer(?:ed)?|react(?:ed)?"
        r"|(?:got|gotten|get|come|came|call|called|write|wrote) back)",
        r"(?:still|never|not|n't)(?: \w+){0,3} (?:replied|responded|answered|hear(?:d)?(?: anything| a thing"
        r"| a word)? (?:back|from you|from any\w+))",
        r"(?:still|got|received|had|getting|is|there's|been)(?: \w+)? (?:no|without an?y?|zero) (?:reply|response"
        r"|answer|reaction)s?",
        r"(?:without|no|zero|any) (?:reply|response|answer|reaction) (?:so far|yet|to my|from (?:you|anyone)|since"
        r"|for|until)",
        r"(?:ignor(?:ed|ing) (?:me|us|my \w+)|being ignored)",
        r"(?:any|an) (?:update|news|progress) on my (?:ticket|request|case|complaint|enquir\w+|inquir\w+|claim)"
        r"|following up on (?:my|this|the)",
    ),
)

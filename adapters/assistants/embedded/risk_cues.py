"""What a machine should not answer alone: legal threats, and matters of life, health, grief, minors and dignity.

Hyperbole is common ("this is killing me"), so every pattern asks for the thing itself, said of somebody.
"""

from adapters.assistants.embedded.cues import cue

_WILL = (
    r"(?:will|\w{1,4}'ll|would|going to|gonna|have to|had to|need to|must|shall|could|can|may|might|want to"
    r"|intend to|prepared to|ready to"
    r"|planning to|forced to|choice but to|decided? to|about to|like to|be|been|being|am|i'm|we're|let me|already"
    r"|have|has|i've|we've|and|or)"
)
_LAWYER = (
    r"(?:lawyers?|attorneys?|solicitors?|barristers?|legal (?:team|counsel|department|advis[eo]rs?|representatives?))"
)
_AUTHORITY = (
    r"(?:ombuds(?:man|men|person|woman)|consumer (?:protection|rights|affairs|ombuds\w+|council|association|agency"
    r"|board|court|forum)"
    r"|trading standards|better business bureau|bbb|ftc|federal trade commission|cfpb|attorney general"
    r"|small claims(?: court)?"
    r"|financial conduct authority|fca|accc|data protection (?:authority|commissioner|office)|ico|regulators?"
    r"|watchdog|citizens advice"
    r"|consumer (?:complaint|hotline)s?|verbraucherschutz|verbraucherzentrale)"
)

LEGAL_THREAT = (
    cue(
        "lawyer",
        rf"(?:my|our|a) {_LAWYER} (?:\w+ ){{0,2}}(?:will|is|has|have|are|says|said|contact\w*|involved|about"
        rf"|informed|know\w*|look\w*|advis\w+|writ\w+)",
        rf"(?:contact|call|involve|consult|hire|instruct|inform|get|from|to|with|see|engage|through|via|ask"
        rf"|speak to|talk to|tell|bring in|hear from)"
        rf"(?:ing|ed|ted)? (?:my|our|a|an) (?:own )?{_LAWYER}(?!'s| office| costume)",
        rf"{_LAWYER} up",
        r"(?:contact|contacting|seek|seeking|get|getting|taking|take) legal (?:advice|counsel|help|representation)",
    ),
    cue(
        "court",
        rf"{_WILL} (?:\w+ly )?(?:sue|suing)(?! (?:miller|and|is|who|in|from|has)(?!\w))",
        r"(?:be|get|getting|being) sued|(?:sue|suing) (?:you|your|them|this|the) ?\w*",
        r"(?:take|taking|drag|bring|see) (?:you|this|it|them|the (?:matter|company|shop)|each other"
        r"|your company)(?: \w+){0,3} (?:to|in|before) (?:a |the )?(?:court|tribunal)",
        r"(?:go|going|goes|off) to (?:the )?(?:court|tribunal)(?! shoes)|court (?:case|action|claim|proceedings"
        r"|order)|(?:see|meet)(?: \w+){0,2} in court",
        r"(?:take|taking|start|starting|initiate|initiating|consider|considering|pursue|pursuing|seek|through|face"
        r"|facing|begin|threaten\w*|further|any|"
        r"file|filing)(?: \w+){0,2} (?:legal|judicial) (?:action|steps|measures|proceedings|recourse|remed\w+|claim"
        r"|means|options)",
        r"legal (?:action|proceedings)(?= (?:against|if|will|unless|is|may)|\W|$)|lawsuit|class action"
        r"|press(?:ing)? charges|litigation|sueing",
        r"(?:go|going|goes|report (?:you|this|it)|reporting (?:you|this|it)|call|calling|inform|informing|contact"
        r"|contacting)"
        r" (?:to )?the (?:police|authorities)",
    ),
    cue(
        "payment_dispute",
        r"charge ?-?backs?(?! (?:protection|policy|fee|insurance|guarantee))",
        r"(?:dispute|disputing|reverse|reversing|contest|contesting|claw back|recall)(?: \w+){0,4} (?:with|through"
        r"|at|via|from|by) (?:my|the|our) (?:bank|credit card|card|issuer|paypal)",
        r"(?:dispute|disputing|contest|contesting|reverse|reversing) (?:the|this|that|all|your|these"
        r"|those)(?: \w+)? (?:charge|charges|payment|payments|transaction|transactions)",
        r"(?:go|going|turn|complain|report (?:you|this|it)|contact|contacting|speak|talk)(?: \w+){0,2} (?:to|with"
        r"|through)? ?my (?:bank|credit card (?:company|issuer|provider))"
        r" (?:to|and|about|for|if|unless) (?:\w+ ){0,3}(?:dispute|get|revers|claim|fraud|cancel|block|stop|money"
        r"|it back|this)\w*",
        r"(?:open|file|raise|start|lodge)(?:ing)? (?:a|an) (?:\w+ )?(?:dispute|claim)(?: \w+){0,2} (?:with|through"
        r"|at|via) (?:my |the )?(?:bank|paypal|visa|mastercard|amex|credit card|card)",
    ),
    cue(
        "authority",
        rf"(?:report|contact|complain|complaint|inform|call|write|go|turn|tell|notify|hear|involve|file|lodge|to"
        rf"|with|by|through|via|from|and|at)"
        rf"(?:ing|ed|s)?(?: \w+){{0,4}} (?:the |your |my |a )?(?:\w+ )?{_AUTHORITY}(?! (?:cream|shoes))",
        r"ombuds\w+|small claims|trading standards|better business bureau|attorney general"
        r"|consumer protection (?:agency|office|authority|association|bureau|board)",
        rf"{_AUTHORITY} (?:will|would|is going to|may|might|has|complaint|claim|for this|about)",
    ),
)

_FAMILY = (
    r"(?:husband|wife|spouse|partner|mother|mom|mum|mam|father|dad|daddy|parents?|son|daughter|child|baby|brother"
    r"|sister|sibling"
    r"|grand(?:mother|father|ma|pa|son|daughter|parents?|child)|gran|granny|nan|nana|uncle|aunt|auntie|cousin"
    r"|nephew|niece|fianc[eé]e?|girlfriend|boyfriend"
    r"|friend|colleague|neighbou?r|in-law|(?:mother|father|brother|sister|son|daughter)-in-law|step\w+"
    r"|account holder|wives|family member|loved one)"
)
_CHILD = (
    r"(?:(?:\d{1,2}[-\s]years?[-\s]old|young(?:er|est)?|little|minor|teenage|under ?age|small|older|oldest"
    r"|eldest) )?(?:son|daughter|child|kids?|children|toddler|boy|girl|nephew|niece|grandson|granddaughter)"
)
_NEARLY = (
    r"(?:almost|nearly|practically|basically|about to|like|gave me|giving me|give me|gives me|nearly had|having"
    r"|just about)(?: \w+){0,3} "
)
_BODY = (
    r"(?:my|his|her|our|their|the) (?:\w+ )?(?:hands?|arms?|face|skin|fingers?|leg|legs|eyes?|foot|feet|mouth|head"
    r"|child|son|daughter|baby|wife|husband|mother|father|wrist|back|neck|ear|ears)"
)
_PRODUCT = (
    r"(?:it|charger|battery|phone|laptop|kettle|device|heater|toaster|lamp|cable|product|unit|plug|scooter|powerbank"
    r"|power bank|tablet|oven|iron|hair ?dryer|fryer|blanket|item|thing|appliance)"
)

SENSITIVE = (
    cue(
        "self_harm",
        r"(?:kill(?:ing)?|hurt(?:ing)?|harm(?:ing)?|cut(?:ting)?|hang(?:ing)?) (?:myself|themselves|himself"
        r"|herself)(?! laughing| trying)",
        r"(?:end|ending|take|taking|finish) (?:my|it all|his|her|their)(?: own)? ?(?:life|lives)|end(?:ing)? it all",
        r"suicid(?:e(?! squad)|al)|self[-\s]?harm\w*|better off dead|(?:no|any) reason to (?:live|go on)",
        r"(?:want|wanna|wish|going|ready|rather|feel like)(?: \w+){0,3} (?:to die|to be dead|was dead|were dead"
        r"|i was never born|dying)(?! (?:my hair|it))",
        r"(?:don't|do not|dont|can't|cannot|no longer|not) (?:want to|wanna|bear to|go on) (?:live|living|be alive"
        r"|exist|wake up)(?! (?:in|with|at|here|there|without))",
    ),
    cue(
        "medical",
        r"heart attack|stroke of(?!\w)|(?:had|having|has|suffered|suffering) a (?:stroke|seizure|heart attack"
        r"|miscarriage|concussion)|overdos\w+|anaphyla\w+",
        r"(?:severe|bad|strong|serious|terrible|violent|an|had an|allergic) (?:allergic )?(?:allergic reaction"
        r"|reaction (?:to|from|after|on my))",
        r"(?:in|into|(?:rushed|taken|brought|went|sent|go|admitted|had to) to) (?:the )?(?:hospital|emergency room"
        r"|intensive care|icu|a ?& ?e)"
        r"(?! (?:where|i work|reception|address|shop|pharmacy|gown|bed))",
        r"(?:hospitali[sz]ed|ambulance|paramedics?|unconscious|electrocuted|electric(?:al)? shock|poison(?:ed|ing)"
        r"|life[-\s]threatening|medical emergency)",
        r"(?:can't|cannot|couldn't|can not|trouble|difficulty|struggling to|hard to|barely) breath(?:e|ing)"
        r"|(?:choked|choking) (?:on|and)",
        rf"(?:burn(?:ed|t|s|ing)?|injur\w+|cut|hurt|scalded|bleeding|wounded|blister\w*"
        rf"|swollen)(?: \w+){{0,2}} (?:myself|{_BODY})",
        rf"{_BODY} (?:was|were|is|are|got|has been|have been)(?: \w+)? (?:burn(?:ed|t)|injured|hurt|cut|scalded"
        rf"|bleeding|swollen|blistered|broken)",
        rf"(?:my|our) {_FAMILY} (?:was|were|is|got|has been)(?: \w+)? (?:burn(?:ed|t)|injured|hurt|scalded|bleeding"
        rf"|poisoned|taken ill)",
        r"(?:i|we|he|she|they|someone)(?: \w+)? (?:was|were|am|got|been|is|have been|has been) (?:badly |seriously "
        r"|slightly |almost )?(?:burn(?:ed|t)|injured|electrocuted|shocked by the|hurt by)",
        rf"(?:{_FAMILY}|{_CHILD}|toddler|infant|dog|cat|puppy|kitten|he|she|i|we|someone|somebody) (?:[\w']+ ){{0,3}}?"
        r"(?:swallowed|ingested|swallowing)(?! (?:(?:my|our|his|her) (?:pride|anger|words)|the (?:cost|loss)))",
        r"(?:kind|baby|säugling|sohn|tochter|enkel\w{0,2}|hund|katze|er|sie|ich) (?:\w+ ){0,6}?(?:ver|ge)schluckt",
        r"(?:run|running|ran) out of (?:my )?(?:insulin|medication|medicine|oxygen)|(?:insulin|medication|oxygen"
        r"|inhaler)(?: \w+){0,4} (?:urgent\w*|run out|to survive|dangerous)",
        unless_after=_NEARLY,
    ),
    cue(
        "safety",
        rf"(?:{_PRODUCT}|they)(?: \w+){{0,3}} (?:caught|catch(?:es|ing)?|on|set|went up in) (?:fire"
        rf"|flames)(?! (?:tv|tablet|stick|hd))",
        rf"(?:{_PRODUCT}|they)(?: \w+){{0,2}} (?:exploded|blew up|burst into flames|started (?:smoking|burning"
        rf"|to burn|to smoke)|is smoking|was smoking|is sparking|sparked|melted)",
        r"(?:set|setting) (?:[\w']+ ){1,4}on fire|(?:caught|catch(?:es|ing)?) fire|burst into flames|gas leak"
        r"|carbon monoxide|(?:smell|smells|smelled) of burning|burning smell",
    ),
    cue(
        "bereavement",
        rf"(?:my|our|his|her|the|their) (?:late |dear |beloved )?{_FAMILY}(?: \w+)?(?: \w+)? (?:died|passed(?: away"
        rf"| on)?(?! (?:the|it|by|me|this))|is dead|was killed|has died|is dying|is deceased|is no longer with us"
        rf"|is terminally)",
        rf"(?:death|passing|loss|funeral|burial|estate|died) of (?:my|our|the|his|her) (?:late )?{_FAMILY}|(?:my"
        rf"|our) late {_FAMILY}",
        r"passed away|deceased|bereave\w+|(?:a|the|his|her|my|our|mum'?s|dad'?s|mother'?s|father'?s) funeral"
        r"|widow(?:ed|er)|i(?: am|'m) a widow|miscarriage|stillborn|power of attorney|executor of",
        r"(?:he|she|someone|somebody) (?:has |just |recently |sadly |suddenly )*(?:died|passed away)|lost (?:my"
        r"|our) (?:husband|wife|mother|mom|mum|father|dad|son|daughter|baby|child|brother|sister|partner"
        r"|grand\w+)(?!'s)(?! (?:in|at) the)",
    ),
    cue(
        "minor",
        rf"(?:my|our|the|a|his|her) {_CHILD}(?: \w+){{0,6}} (?:without (?:my|our|any|asking|permission|knowing"
        rf"|telling|consent|knowledge|me)|behind my back|by (?:accident|mistake))",
        r"(?:[2-9]|1[0-7])[-\s]?(?:years?|yrs?|yo)[-\s]?(?:old)?(?: [\w']+){0,8} (?:without|behind my back"
        r"|by (?:accident|mistake))",
        r"(?:i am|i'm|im|she is|she's|he is|he's|is|aged|only|just|turned|being) (?:only |just )?(?:[5-9]"
        r"|1[0-7])(?: ?(?:years?|yrs?)(?:[-\s]old)?| y\.?/?o\.?|[-\s]years?[-\s]old)(?!\w)",
        r"(?:i am|i'm|im|he is|he's|she is|she's) (?:only |just )?(?:nine|ten|eleven|twelve|thirteen|fourteen"
        r"|fifteen|sixteen|seventeen)(?: years| and|,|\W*$)",
        rf"my {_CHILD},? (?:aged |who is |is |\()?(?:[2-9]|1[0-7]),? (?:ordered|bought|purchased|used|clicked|made"
        rf"|took|has (?:ordered|bought))",
        r"(?:i am|i'm|im) (?:only |just )?1[0-7](?: and|,| but| so|\W*$)",
        r"(?:i am|i'm|im|she is|she's|he is|he's|as|is still|still|being) (?:still )?(?:a minor(?! (?:issue|problem"
        r"|thing|detail|inconvenience|scratch|fault|defect))|under ?-?age|under (?:18|eighteen|16))",
    ),
    cue(
        "discrimination",
        r"(?:racist|racism|racial(?:ly)?|sexist|sexism|misogyn\w+|homophob\w+|transphob\w+|islamophob\w+"
        r"|xenophob\w+|anti-?semit\w+|ableist|bigot\w*)",
        r"(?<!price\s)discriminat(?:ed|ion|ing|ory)|(?:sexual(?:ly)?|verbal(?:ly)?) (?:harass\w*|abus\w*"
        r"|assault\w*)|harass(?:ed|ing|ment)(?: (?:me|us|by|from))?",
        r"(?:because|cause|due to|based on|over|just for)(?: (?:i am|i'm|im|we are|of|she is|he is|being|my|our"
        r"|me being))+ (?:\w+ )?(?:black|asian|gay|lesbian|trans\w*|muslim|jewish|christian|hindu|foreign\w*"
        r"|disabled|immigrant|race|religion|skin|gender|disability|a woman|ethnicity|origin|nationality|wheelchair"
        r"|deaf|blind|pregnant|accent|hijab|headscarf)(?!\w)",
    ),
    cue(
        "violence",
        r"domestic (?:violence|abuse)|restraining order|stalk(?:ed|er|ing)(?! (?:fees|shelves))|(?:assaulted"
        r"|attacked|threatened|raped|beat|punched|hit|pushed|groped|touched)(?: \w+)? (?:me|my (?:wife|daughter|son"
        r"|mother|husband))(?: by)?(?! with)",
        r"(?:he|she|they|husband|ex|partner|boyfriend|wife)(?: \w+){0,2} (?:beats?|hits?|hurts?|abuses?|threatens?"
        r"|stalks?|attacks?|strangled|raped) (?:me|us|my (?:kids|children|son|daughter))(?! (?:up with"
        r"|with (?:emails|offers)))",
        r"(?:abusive|violent|dangerous) (?:ex|husband|partner|boyfriend|father|relationship|wife)|(?:fear"
        r"|afraid) for my (?:life|safety)|in (?:real )?danger of|(?:death|bomb) threats?",
    ),
)

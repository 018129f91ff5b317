"""Signs that a text tries to steer the machine that reads it. A hint for people and reports, never a boundary.

An attacker who knows this file passes it; what protects the customer is that no text can widen what a ticket may do.
Kept precise all the same: customers do write "please ignore my last message" and "the instructions are missing".
"""

import re
from collections.abc import Iterator

from adapters.assistants.embedded.cues import Span, cue

_DROP = (
    r"(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|overrid(?:e|ing)|bypass(?:ing)?|discard|overlook|drop"
    r"|erase|abandon|neglect|do not (?:follow|obey)|don't (?:follow|obey)|stop following|skip)"
)
_ALL = (
    r"(?:(?:all|any|every|everything|each|the|your|those|these|that|of|my|previous|prior|above|earlier|preceding"
    r"|foregoing|initial|original|existing|former|past|current|other|system|safety|given|internal|content|and|or"
    r"|single|bit|whole) ){1,7}"
)
_ORDERS = (
    r"(?:\w{0,2}nstructions?|instruct|prompts?|rules?|guidelines?|directions?|directives?|commands?|programming"
    r"|restrictions?|constraints?|guardrails?|safeguards?|filters?|polic(?:y|ies)(?! number)|limitations?|training"
    r"|orders? you|context)"
)
_MINE = r"(?:(?:last|latest|own) )?(?:message|email|e-mail|mail|comment|request|question|order|ticket|refund)"
_HIDDEN_WORD = (
    r"(?:passwords?|pass ?codes?|pass ?phrases?|secrets?|api ?keys?|credentials|access (?:code|token|key)s?"
    r"|private keys?|login)"
)

INJECTION = (
    cue(
        "drop_instructions",
        rf"{_DROP} {_ALL}(?!{_MINE}){_ORDERS}",
        rf"{_DROP} (?:all|everything|anything|what(?:ever)?)(?: (?:of|that|which|the|you|your|i|we|they|have|has"
        rf"|had|been|were|was|are|told|said|just|above|before|previous|prior|given|know|learned|it))*"
        r" (?:above|before|previous|prior|told|given|instructed|taught|programmed|said so far|came before|know"
        r"|learned)(?:\w|(?! my))",
        rf"{_DROP} (?:what|whatever|anything|everything)(?: that)? (?:your|the|openai"
        rf"|anthropic)(?: \w+)? (?:developers?|creators?|company|system|prompt|programmers?|boss|makers?|owners?"
        rf"|policy|policies)",
        r"(?:new|updated|revised|real|actual|following|additional|special|secret|hidden"
        r"|important) (?:system )?(?:instructions?|directives?|system prompts?)(?: for (?:you|the (?:ai|assistant"
        r"|model|bot)))? ?(?::|-|override|supersede|replace|apply)",
        r"(?:instructions?|rules?|polic(?:y|ies)|guidelines|restrictions|safety (?:checks?|rules?"
        r"|measures))(?: \w+){0,2} (?:no longer apply|do not apply|don't apply|are (?:now )?(?:void|suspended"
        r"|lifted|disabled|cancelled|obsolete)|have been (?:lifted|disabled|suspended|removed))",
        r"(?:with|without|no|ignoring|free (?:of|from)|has no|have no|bound by(?: no)?) (?:any |all |the |your "
        r"|special )*(?:restrictions|limitations|limits|filters|filtering|special filtering|guardrails|rules"
        r"|ethical guidelines|censorship|moral\w*)"
        r"(?: (?:or|and|nor) \w+)*(?= (?:whatsoever|at all|apply|anymore|any more|on what)|\W*(?:$|[.!,\n]))",
        r"(?:ignorieren?|vergiss|vergesst|vergessen|missachten?)(?: \w+){0,3} (?:anweisungen?|regeln|vorgaben"
        r"|instruktionen|befehle)",
        r"(?:ignore[zr]?|oublie[zr]?)(?: \w+){0,3} (?:instructions|consignes|règles)",
        r"(?:ignora|olvida|omite|ignore|esque[cç]a|dimentica)(?: \w+){0,3} (?:instrucciones|reglas|instru[cç][oõ]es"
        r"|regras|istruzioni|regole)",
        r"(?:negeer|vergeet)(?: \w+){0,3} (?:instructies|regels|opdrachten)",
    ),
    cue(
        "asks_for_prompt",
        r"(?:system|initial|original|hidden|developer|pre-?|base) ?prompts?(?! (?:delivery|reply|service|payment))",
        r"(?:reveal|print|show|repeat|output|display|tell|leak|dump|give|share|recite|write|expose|what (?:are|is"
        r"|were|was)|copy|quote|summari[sz]e)(?: (?:me|us|out|back|exactly|verbatim|the|full|text|of|all|exact"
        r"|word for word))* your"
        r" (?:(?:full|complete|exact|entire|own|system|initial|original|hidden|secret|internal|first|previous|above"
        r"|developer|given|current) )*(?:prompts?|instructions|directives|programming|configuration|guidelines"
        r"|system message)",
        r"(?:hidden|secret|internal|confidential|underlying) (?:instructions?|prompts?|rules|directives|guidelines)"
        r"|(?:instructions?|rules|prompts?|directives) (?:that )?you (?:were|have been|are|got|received"
        r"|had been)(?: \w+)? (?:given|told|fed|following|trained)",
        r"what (?:were|was|have|had|are) you(?: been)? (?:told|instructed|given|programmed)(?: \w+){0,2} (?:before"
        r"|to (?:say|do|hide)|at the start|first|not to)",
        r"(?:words|text|everything|instructions|lines?|message|prompt|sentences?) (?:above|before) (?:this|the"
        r"|my) (?:line|message|text|one|conversation|sentence|prompt)",
    ),
    cue(
        "plays_a_role",
        r"you are (?:now|no longer|from now on) (?:(?:a|an|the|my (?:assistant|agent|ai|bot|personal|slave|servant"
        r"|admin)|in|acting|going|not|bound|playing|free|called|named|dan|under|required|allowed|authori[sz]ed"
        r"|running|operating)(?!\w))(?! (?:charg|bill|tak|ask|tell|los|mak|break|ship|say|wast|the (?:third|second"
        r"|only|first|last|\d)))",
        r"from (?:now|this point|here) on,? (?:you (?:are|must|shall|only|always|have to|act|will (?:answer|act"
        r"|only|always|obey|respond|be))|only (?:answer|respond|reply)|act|answer|respond|reply|obey)",
        r"(?:act|behave|respond|answer|operate|pose|role ?-?play|simulate)(?: \w+)? (?:as|like"
        r"|being) (?:if you (?:are|were|had|have) |though you |my |an? |the )(?:\w+ ){0,3}(?:admin\w*|ai|a\.i\."
        r"|assistant|developer|root|model|bot|chat ?bot|employee|manager|supervisor|system|terminal|unrestricted"
        r"|hacker|no (?:rules|limits)|support (?:agent|rep\w*) (?:who|with|without))",
        r"pretend (?:that )?(?:you(?:'re| are| have| were|r)|to be)(?: \w+){0,3} (?:not|no|admin\w*|unrestricted"
        r"|employee|manager|developer|system|root|free|without|ai|another|different|allowed|authori[sz]ed)",
        r"(?:developer|debug|god|admin(?:istrator)?|maintenance|root|sudo|jailbreak|unrestricted|dan|test"
        r"|diagnostic|override) ?mode(?: (?:on|enabled|activated|:))?(?! (?:of|on the|on my|in the|button"
        r"|is greyed))",
        r"jail ?break\w*|do anything now|stay in character|dan(?= (?:mode|prompt|can|is|will|has|,|would)|, an)",
        r"system (?:override|overwrite|message:|notice:|update:|command|instruction|alert:)|override code"
        r"|admin(?:istrator)? (?:override|access granted|command|password)",
        r"i(?: am|'m) (?:actually )?(?:the |a |an |your )(?:\w+ ){0,2}(?:developer|creator|maintainer|administrator"
        r"|admin|programmer|engineer|ceo|owner|boss|supervisor|maker|accountant|president)(?: \w+){0,2} (?:of|at"
        r"|for|behind|from) (?:(?:your|this|the) (?:system|ai|bot|model|bank|company|software|application|assistant"
        r"|team|chatbot|shop|store|united)|openai|anthropic)",
        r"as (?:your|the) (?:\w+ )?(?:developer|creator|administrator|admin|boss|maintainer|programmer|owner"
        r"|supervisor|maker|engineer)(?= |,)",
        r"smart ?gpt|evil ?bot|dan 6|gpt-?\d (?:will|is|has)",
    ),
    cue(
        "spoofs_structure",
        r"'{3}(?:system|assistant|instructions?|prompt)",
        r"(?:end of|begin|start of|---+ ?end) (?:the )?(?:system|user|prompt|instructions?|conversation|context"
        r"|input|untrusted)(?: (?:prompt|message|input|instructions?|text|data))+",
    ),
    cue(
        "fishes_for_secrets",
        rf"(?:your|the (?:secret|confidential|admin|system|hidden|master)|the user'?s|their|his|her|another (?:user"
        rf"|customer)'?s|other (?:users|customers|people)'?s?) {_HIDDEN_WORD}"
        r"(?! (?:policy|reset|page|field|requirements|link))",
        r"(?:ihr|dein|euer) passwort|(?:tu|su|vuestra) contraseña|sua senha|(?:ton|votre) mot de passe|(?:tua"
        r"|vostra) password|(?:je|uw) wachtwoord",
        r"(?:write|create|draft|compose|make|generate)(?: \w+){0,3} phishing",
        r"(?:secret|confidential|hidden) (?:code|key|word|string|phrase|password|passphrase|number)(?! (?:santa"
        r"|friend))",
        r"(?:show|give|tell|list|print|dump|send|reveal|share|export|display|read|access|fetch|get|see"
        r"|provide)(?: \w+){0,3} (?:all|other|another|every|different|someone else's|any other|everyone's"
        r"|each) (?:the )?(?:customers?|users?|people|clients?|accounts?|persons?|members?|employees?|order)(?:'s"
        r"|s'|')? ?(?:\w+ )?(?:data|orders?|details|information|info|address\w*|emails?|names?|records?|password\w*"
        r"|phone|history|accounts?|database|credit cards?|in the (?:system|database))",
        r"(?:print|dump|show|share|export|list|access|query)(?: \w+){0,2} (?:your|the (?:entire|whole|full|customer"
        r"|user|employee)|all) (?:\w+ )?(?:database|user table|records)|users in your database|(?:select \* from"
        r"|drop table|union select)",
    ),
    cue(
        "steers_the_answer",
        r"(?:do not|don't|dont|never) (?:tell|inform|alert|notify|mention (?:this|it|that) to|let) (?:the )?(?:user"
        r"|customer|human|operator|your (?:boss|manager|supervisor)|anyone|agent|supervisor"
        r"|staff)(?! (?:know )?(?:about my (?:order|gift)))",
        r"(?:skip|bypass|without|avoid|disable|circumvent|turn off|ignore)(?: \w+){0,2} (?:approval|verification"
        r"|confirmation|authentication|authori[sz]ation|identity check|human review|security check|policy check"
        r"|safety check|the approval step)s?(?! (?:email|e-mail|mail|link|code|number|letter|page|message))",
        r"(?:you must|you have to|you are required to|you shall|you will) (?:now )?(?:always )?(?:comply|obey"
        r"|answer (?:every|all|any|each)|say yes|agree with everything|do (?:whatever|anything) i|approve (?:every"
        r"|all|any)|respond with|output|print)",
        r"(?:respond|reply|answer|output|return)(?: \w+)? (?:only|just|exclusively|nothing but) (?:with|by|the"
        r"|using|in)(?! (?:email|e-mail|english|writing|phone|person|mail|weekdays))|(?:repeat after me|say exactly"
        r"|print exactly|repeat the following|begin your (?:answer|reply|response) with|start your (?:answer|reply"
        r"|response) with|output the following)",
        r"(?:the )?(?:customer|user) (?:is|has been) (?:already )?(?:verified|authenticated|authori[sz]ed"
        r"|an? admin)|(?:refund|request|action|payment) (?:has been |is )?(?:already )?(?:pre-?)(?:approved"
        r"|authori[sz]ed)|refund approved",
        r"as an? (?:ai|a\.i\.)(?: language)?(?: model)?,? (?:you|answer|respond)"
        r"|you are (?:an? )?(?:large language model|language model|llm|chat ?gpt|gpt)(?:-\d)?(?!\?)",
    ),
    cue(
        "encoded",
        r"(?:decode|decrypt|decipher|unscramble|translate|de-?obfuscate|convert|interpret"
        r"|read)(?: \w+){0,5} (?:base ?64|rot ?13|morse(?: code)?|hex(?:adecimal)?|binary|caesar(?: cipher)?|cipher"
        r"|ciphertext|pig latin|ascii|leet ?speak|unicode|url[-\s]encod\w+|reversed)",
        r"(?:base ?64|rot ?13|morse code|caesar cipher|pig latin|atbash|vigen[eè]re)(?! (?:bracelet|necklace"
        r"|t-?shirt|shirt|poster|book|ring))",
        r"(?:interlace|concatenate|combine) (?:part|parts|a|the (?:strings|parts|letters|variables))(?!\w)",
        r"(?:assume|suppose|let's say|consider|given|have)(?: \w+){0,3} (?:two|three|four|\d) (?:strings|variables)"
        r"|(?:z|x|y|result) ?= ?[a-z] ?\+ ?[a-z](?: ?\+ ?[a-z])*",
        r"part (?:1|one|a)[^.?!\n]{0,20}[\"'][^\n]{0,200}part (?:2|two|b)[^.?!\n]{0,20}[\"']|using the following parts",
        r"(?:[01]{7,8} ){4,}[01]{7,8}|(?:[0-9a-f]{2} ){9,}[0-9a-f]{2}|(?:\\x[0-9a-f]{2}){4,}|(?:%[0-9a-f]{2}){8,}",
    ),
)

# Tag characters; after a black flag they spell the flags of England, Scotland and Wales.
_TAGS = re.compile(r"(?<![\U0001f3f4\U000e0020-\U000e007e])[\U000e0000-\U000e007f]+")
_BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")  # text that reads in another order than it is stored
_SELECTORS = re.compile(r"[\U000e0100-\U000e01ef]{2,}")  # bytes hidden in variation selectors
_SPLIT_WORD = re.compile(r"(?<=\w)[\u200b\u2060-\u2064\ufeff\u180e](?=\w)")
_MIN_SPLITS = 2  # a single one comes along with text copied from web pages
INVISIBLE = re.compile("[\u200b-\u200d\u2060-\u2064\ufeff\u00ad\u180e\U000e0000-\U000e007f\U000e0100-\U000e01ef]")

_BASE64 = re.compile(
    r"(?<![\w/.:?=&%+-])(?=\S{0,60}[a-z])(?=\S{0,60}[A-Z])(?=\S{0,60}\d)[A-Za-z0-9+/]{40,}={0,2}(?![\w/.-])"
)

_MARKUP = re.compile(
    r"<\|?/?(?:im_start|im_end|system|assistant|user|endoftext|end_header_id|start_header_id|eot_id)\|?>|<</?sys>>"
    r"|\[/?(?:inst|system|sys)\]|</?(?:system|assistant|instructions?|tool_call|tool_result|function_calls?|prompt"
    r"|admin"
    r"|information|context)(?:\s[^<>]{0,40})?>|\"role\"\s?:\s?\"(?:system|assistant|developer|tool)\""
    r"|(?<!#)#{2,8}\s?\(?(?:system(?:_\w{1,12})?|instructions?|new instructions?|response|assistant|end of"
    r"|context)\b[^\n]{0,20}[:#)\n]"
)
_ROLE_LINE = re.compile(
    r"(?m)^[\s>*#\"'\[(-]{0,6}(?:system|assistant|developer)(?: (?:message|prompt|note))?\]?\*{0,2}\s?:"
    r"(?!\s{0,3}(?:windows|mac|ios|android|linux|ubuntu|os\b))"
)
_MORSE = re.compile(r"(?=[^\n]{0,80}\.-)(?:(?:[.-]{1,6}|/)\s){9,}")
_QUESTION = re.compile(r"(?<!\w)q\s?[:.]")
_ANSWER = re.compile(r"(?<!\w)a\s?[:.]")
_MANY_SHOTS = 3  # invented questions and answers before the real question


def find_hidden(text: str) -> Iterator[Span]:
    """Yield where a message, in its own case, holds what a machine reads and a person does not."""
    for match in _BASE64.finditer(text):
        yield Span("possible_injection", "encoded", *match.span())
    for pattern in (_TAGS, _BIDI, _SELECTORS):
        for match in pattern.finditer(text):
            yield Span("possible_injection", "hidden_text", *match.span())
    splits = list(_SPLIT_WORD.finditer(text))
    if len(splits) >= _MIN_SPLITS:
        yield Span("possible_injection", "hidden_text", splits[0].start(), splits[-1].end())


def find_layout(normal: str) -> Iterator[Span]:
    """Yield where plain text is laid out like a transcript, a role's line or a code."""
    for pattern in (_MARKUP, _ROLE_LINE):
        for match in pattern.finditer(normal):
            yield Span("possible_injection", "spoofs_structure", *match.span())
    for match in _MORSE.finditer(normal):
        yield Span("possible_injection", "encoded", *match.span())
    questions = list(_QUESTION.finditer(normal))
    if len(questions) >= _MANY_SHOTS and len(_ANSWER.findall(normal)) >= _MANY_SHOTS:
        yield Span("possible_injection", "many_shots", questions[0].start(), questions[-1].end())

"""Read what ends a matter, or shows that it has not ended: a withdrawn request, thanks, "solved", "that did not help".

For messages that come while a request waits or after an answer was given. Conservative in both directions that hurt:
"cancel my order" is a wish and no withdrawal, and thanks with a question behind it ends nothing.
"""

import re

from adapters.assistants.embedded.consent_words import QUESTION
from adapters.assistants.embedded.cues import NEGATION, compile_words, cue, read_words
from adapters.assistants.embedded.plain import plain

_REQUEST = (
    r"(?:(?:\w+ ){0,2}?(?:request|application|claim|refund|return|exchange|replacement|cancellation|ticket|case"
    r"|enquiry|inquiry|complaint|process|query|demand|question))"
)
_WITHDRAWAL = cue(
    "withdrawal",
    r"(?:never ?mind|nvm)(?! (?:the|that|about|if) (?:\w+ ){0,3}(?:colou?r|size|delay))",
    rf"forget (?:it|about it|the whole thing|(?:about )?(?:my|the|this) {_REQUEST})",
    r"(?:drop|scrap|leave|let'?s (?:just )?leave|call off) (?:it|this|that|the matter)(?! (?:at|in|with|on|by|to"
    r"|outside|off|alone until))(?: (?:at that|be|alone|now|then))?|call it off|don'?t bother|do not bother",
    rf"(?:cancel|withdraw|stop|drop|close|scrap|abandon|disregard|ignore|retract|take back|undo|call off|revoke"
    rf"|delete) (?:my|the|this|that|our)(?: whole)? {_REQUEST}(?! (?:address|label|policy|form|number))",
    rf"(?:don'?t|do not|no longer|not)(?: \w+)? (?:want|need|require|insist on) (?:my|the|a|an|this|that"
    rf"|any) {_REQUEST}",
    r"(?:don'?t|do not|no longer|not) need (?:it|this|that|(?:your |any |more )*(?:help|assistance"
    r"|support))(?: (?:any ?more|any longer|now))?",
    r"no (?:longer|need)(?: (?:any ?more|any longer|now|to (?:do|refund|return|cancel|exchange|change|send|continue"
    r"|proceed|bother)|for (?:it|this|that|a \w+)))?(?=\W*(?:$|[.,;!]|because|since|as|i ))",
    r"(?:i|we)(?:'ll| will|'d rather| would rather|'ve decided to| have decided to|'m going to| am going to"
    r"| want to| would like to| decided to)(?: just| rather| simply)? keep (?:it|them|the|my|this|that"
    r"|everything)(?![^.!?\n]{0,60}\bbut\b)",
    r"chang(?:e|ed|ing) my mind(?! about the (?:colou?r|size))|on second thoughts?|(?:you can|you may"
    r"|please) (?:close|drop) (?:this|it|the)",
    unless_after=NEGATION,
)

_HELPED = (
    r"(?:a (?:big|great|huge|real|massive|tremendous|lot of|wonderful) help|a star|a life ?saver|(?:\w+ )?(?:kind"
    r"|helpful)|the best)"
)
_THANKS = compile_words(
    r"(?:(?:many|big|huge|lots of|a lot of|so many|much) )?(?:thanks?|thx|thnx|tnx|ty|tysm|thankyou|cheers|merci"
    r"|danke|gracias|grazie|obrigad[oa]|dank je|dank u)"
    r"(?: (?:you|u|ya|a lot|a bunch|a million|so (?:very )?much|very much|again|in advance|all|everyone|guys|team"
    r"|kindly|beaucoup))*",
    r"(?:i )?(?:(?:really|greatly|do|much|so) )?appreciated?(?: (?:it|that|this|you|your \w+|the \w+))?"
    r"|much obliged|i(?:'m| am) (?:so |very )?(?:grateful|thankful)|(?:i )?(?:just )?(?:want|wanted|would like"
    r"|need) to thank you",
    rf"you(?:'ve| have)?(?: (?:been|were|are|'re))? (?:\w+ )?{_HELPED}|you're {_HELPED}",
)
_COURTESY = compile_words(
    r"for (?:(?:all|the|your|this|that|a|quick|fast|swift|great|kind|speedy|prompt|ur) )*(?:help|assistance|support"
    r"|reply|response|answer|time|patience|effort|info|information|update|service|work|explanation|clarification"
    r"|everything|it|that|this|kindness|cooperation)",
    r"for (?!nothing)\w+ing(?: (?:me|us|it|that|this|my|the|question|questions|out|know|into|help|so|quickly"
    r"|assistance))*",
    r"(?:have a )?(?:nice|good|great|lovely|wonderful) (?:day|one|evening|weekend|night|afternoon)|you too|bye"
    r"|goodbye|take care|see you|ok|okay|alright|oh|and|very|so|why|hi|hello|all the best|best(?: regards| wishes)?"
    r"|regards|sir|madam|mate|guys|team|everyone|indeed|then|now|please|again",
)
_PRAISE = compile_words(
    r"(?:(?:that(?:'s| is|'d be| was)|it(?:'s| is)|this is|all|everything(?:'s| is)|so|very|really|just"
    r"|absolutely) ){0,4}(?:perfect|excellent|awesome|great|wonderful|brilliant|fantastic|amazing|superb|lovely"
    r"|super|good|fine|nice|cool|happy|clear|helpful|understood|got it|makes sense)(?: (?:job|work|answer|service"
    r"|help|news|stuff))?",
)
_FILLING = (_COURTESY, re.compile(r"\W+"))

_SOLVED = compile_words(
    r"(?:that|this|it|you|which|your (?:answer|reply|link|fix|tip|advice|explanation))(?:'s| has| have"
    r"|'ve)?(?: (?:totally|completely|really|just|finally|now|already))? (?:solved|fixed|sorted|resolved|helped"
    r"|did the trick|answered|answers|solves|fixes|cleared)(?: (?:it|that|this|me|everything|my \w+|the \w+|up|out"
    r"|a lot))*",
    r"(?:problem|issue|matter|question|everything|all|it|that)(?:'s| is| has been| was| got)?(?: (?:now|all|been"
    r"|finally|totally))* (?:solved|sorted|fixed|resolved|settled|cleared up|answered|sorted out)",
    r"(?:it|that|everything|this|the \w+)(?:'s| is)?(?: (?:all|finally|now))* (?:works|working)(?: (?:again|now"
    r"|fine|perfectly|great|well))*",
    r"all (?:good|set|fine|sorted|clear|done)(?: (?:now|here|then))?|that(?:'s| is| was| will be|'ll be) (?:all"
    r"|everything)(?: (?:i|for|thanks|thank|then|from)| ?$|\W)|nothing else|no more questions|no further questions"
    r"|that's it,? thanks?",
    r"(?:the |my )?(?:money|refund|parcel|package|order|replacement|it|payment|item)(?: has| have|'s"
    r"| is)?(?: (?:just|now|finally|already))* (?:arrived|came|been delivered|here|been received|come through"
    r"|landed|gone through)(?: (?:now|today|this morning|yesterday|safely))?",
    r"(?:i|i've|just|finally|have)(?: (?:have|just|finally|now))* (?:received|got) (?:it|the (?:money|refund|parcel"
    r"|package|item|replacement)|my (?:money|refund|parcel|package|order|item))(?: (?:now|today|back))*",
    r"(?:very|so|most|really|extremely|super) helpful|(?:i'm|i am) (?:very |really |totally |completely )?(?:happy"
    r"|satisfied|pleased)(?: (?:with (?:that|this|the \w+)|now))?",
)
_NOT_DONE = compile_words(
    r"but|however|although|though|except|another|still|yet|again|also|one more|more question|unfortunately|sadly"
    r"|until|when|why|how|where|only|instead|wait(?:ing)?|not|never|no(?! more questions| further questions"
    r"| worries| problem|,? that'?s (?:all|it|everything)|thing else)|\w+n't|cannot|dont|doesnt|didnt"
    r"|nothing(?! else)|nobody|wrong|hope\w*|if|would have|should have|almost|partly|half",
)

_UNHAPPY = compile_words(
    r"(?:that|this|it|you|your (?:answer|reply|link|suggestion|advice|solution)|which|any of (?:this"
    r"|that))(?: \w+)? ?(?:did not|didn'?t|does not|doesn'?t|hasn'?t|has not|haven'?t|have not|won'?t|will not"
    r"|don'?t|do not|isn'?t|is not|wasn'?t|was not)(?: (?:really|actually|even|at all))? "
    r"(?:help(?:ed|ful)?|solve[d]?|fix(?:ed)?|work(?:ed|ing)?|answer(?:ed)?|resolve[d]?|change[d]?|what i (?:asked"
    r"|wanted|meant|need)|the (?:answer|problem|point|right)|true|correct|right|enough|good enough|acceptable|read"
    r"|understand|understood|listen\w*|clear|useful)(?! (?:with me|for me) (?:yet|on monday))",
    r"(?:did not|didn'?t|does not|doesn'?t) (?:help|work|solve|fix|answer)|not (?:solved|resolved|fixed|helpful"
    r"|satisfied|happy|good enough|acceptable|sorted|answered|settled|done|what i (?:asked|wanted|meant"
    r"|need(?:ed)?))|no (?:help|use)(?= at all|\W*$)",
    r"still (?:no|not|nothing|waiting|broken|missing|wrong|the same|have (?:no|not|the|a|this|that)|haven'?t|don'?t"
    r"|hasn'?t|doesn'?t|isn'?t|can'?t|cannot|unable|an issue|a problem|unresolved|unhappy|unsolved|does"
    r"|did)(?! (?:happy|good|fine|working|time|fun)(?!\w))",
    r"(?:same|exact) (?:problem|issue|error|thing|message|fault|result)(?: (?:again|persists|remains|is|still|as"
    r"|happens?|over))?|problem (?:persists|remains|is back|is still)|nothing (?:has )?(?:changed|happened|happens"
    r"|works|worked|helps|helped|arrived|came)",
    r"(?:that|this|it)(?:'s| is| was)(?: (?:just|simply|plain|completely|totally|all))* (?:wrong|incorrect|useless"
    r"|not (?:it|true|right|correct|the (?:answer|point|problem)|what i \w+|good|enough|ok|okay|fair|acceptable"
    r"|helpful|working))|(?:that|it|this) isn'?t (?:it|right|true|working|helpful|correct|what i \w+|good enough)",
    r"un(?:happy|satisfied|helpful|resolved|acceptable)|dissatisfied|disappoint(?:ed|ing)|back to square one"
    r"|doesn'?t help|makes no sense|missed? the point|useless",
    r"(?:you|nobody|no one) (?:did not|didn'?t|haven'?t|have not|don'?t|never|hasn'?t|has)(?: \w+)? (?:answer\w*"
    r"|read|understand|understood|listen\w*|address\w*|solve\w*|help\w*|fix\w*)",
    r"(?:hasn'?t|has not|haven'?t|have not|didn'?t|did not|never)(?: \w+)? (?:arrived?|come|received?|got|gotten"
    r"|shown up|showed up|been (?:paid|refunded|delivered|credited|processed|shipped|sent)|happened"
    r"|turned up)(?: (?:yet|so far|anything|it))?|not (?:yet )?(?:arrived|received|been (?:paid|refunded|delivered"
    r"|credited))",
)


def is_withdrawal(text: str) -> bool:
    """Say whether a waiting customer takes the request itself back; to cancel an order is no withdrawal."""
    return any(True for _ in _WITHDRAWAL.find(plain(text)))


def is_thanks(text: str) -> bool:
    """Say whether a message is thanks, praise and courtesy, and nothing else."""
    normal = plain(text)
    end, thanks = read_words(normal, 0, [_THANKS], [_PRAISE, *_FILLING])
    return thanks and end == len(normal)


def is_satisfied(text: str) -> bool:
    """Say whether a message reports the matter as settled, or only praises; not if it wants, doubts or asks."""
    normal = plain(text)
    if "?" in normal or _NOT_DONE.search(normal) or _UNHAPPY.search(normal) or QUESTION.match(normal):
        return False
    end, praise = read_words(normal, 0, [_PRAISE], [_THANKS, *_FILLING])
    return bool(_SOLVED.search(normal)) or (praise and end == len(normal))


def is_still_unhappy(text: str) -> bool:
    """Say whether a message, after an answer, says that it did not settle the matter."""
    return find_unhappy(text) is not None


def find_unhappy(text: str) -> tuple[int, int] | None:
    """Return where a message says so: `text[start:end]`."""
    found = _UNHAPPY.search(plain(text))
    return found.span() if found is not None else None

"""Pleasure and displeasure in ordinary words: what a message feels like, short of anger."""

from adapters.assistants.embedded.cues import NEGATION, cue

NEGATIVE = (
    cue(
        "displeased",
        r"(?:un(?:happy|satisfied|helpful|acceptable|fair|reliable|professional)|dissatisfied|disappoint(?:ed|ing|ment)"
        r"|frustrat(?:ed|ing|ion)|annoy(?:ed|ing)|upset"
        r"|irritat(?:ed|ing)|impatient|ridiculous|useless|hopeless|pointless)",
        r"(?:bad|poor|terrible|awful|horrible|worst|slow|lousy) (?:service|support|experience|answer|quality|company)",
        r"(?:still|yet again) (?:no|not|nothing|waiting|broken|missing|wrong|haven'?t|hasn'?t|isn'?t|doesn'?t)",
        r"(?:how much longer|how long (?:do|must|should|will) (?:i|we) (?:still )?(?:have to )?wait"
        r"|waiting (?:for )?(?:days|weeks|months|ages|forever|so long|too long))",
        r"(?:problem|problems|trouble|mess|mistake|nonsense|nightmare|disaster|joke|shame|a pity"
        r"|not (?:good|fair|acceptable|helpful|happy|ok|okay|funny))",
        unless_after=rf"(?:{NEGATION}|no |without (?:any )?)",
    ),
)
POSITIVE = (
    cue(
        "pleased",
        r"(?:great|perfect|excellent|awesome|wonderful|brilliant|fantastic|amazing|lovely|superb|happy|glad|delighted"
        r"|pleased|satisfied|love (?:it|them|this|that|your)|well done|good (?:job|work|service)|helpful|kind of you"
        r"|appreciate(?:d)?|no worries|no problem|all good|works (?:now|again|fine|great))",
        unless_after=NEGATION,
    ),
)

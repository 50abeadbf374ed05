"""Everything that changes a flow or a case; views, jobs and packs call nothing else."""

from workflows.services.acting import act, reassign
from workflows.services.adding import add_approver, remove_approver
from workflows.services.cancelling import cancel_case
from workflows.services.claiming import claim, release
from workflows.services.copying import send_copies
from workflows.services.deciding_together import decide_together
from workflows.services.delegating import answer, call_back, delegate, give_back
from workflows.services.discussing import retract_note, write_note
from workflows.services.handing_over import hand_over_all
from workflows.services.holding import hold_case, resume_case
from workflows.services.migrating import migrate_case, start_moving, stop_moving
from workflows.services.objecting import object_to_notice
from workflows.services.publishing import publish_again, publish_flow
from workflows.services.repairing import find_again, mend_stranded
from workflows.services.starting import Started, start_case
from workflows.services.substituting import end_substitution, name_substitute
from workflows.services.taking_back import take_back
from workflows.services.timing import fire_due, let_pass, retry
from workflows.services.urging import urge
from workflows.services.waiting import leave, wait
from workflows.services.withdrawing import withdraw

__all__ = [
    "Started",
    "act",
    "add_approver",
    "answer",
    "call_back",
    "cancel_case",
    "claim",
    "decide_together",
    "delegate",
    "end_substitution",
    "find_again",
    "fire_due",
    "give_back",
    "hand_over_all",
    "hold_case",
    "leave",
    "let_pass",
    "mend_stranded",
    "migrate_case",
    "name_substitute",
    "object_to_notice",
    "publish_again",
    "publish_flow",
    "reassign",
    "release",
    "remove_approver",
    "resume_case",
    "retract_note",
    "retry",
    "send_copies",
    "start_case",
    "start_moving",
    "stop_moving",
    "take_back",
    "urge",
    "wait",
    "withdraw",
    "write_note",
]

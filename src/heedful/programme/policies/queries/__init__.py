"""What can be asked of the register. Other rooms ask `clauses_for`, `clauses_for_deed`, `latest_policy_change` and `policy_facts`."""

from heedful.programme.policies.queries.clauses import Clause as Clause
from heedful.programme.policies.queries.clauses import clauses_by_theme as clauses_by_theme
from heedful.programme.policies.queries.clauses import clauses_for as clauses_for
from heedful.programme.policies.queries.clauses import clauses_for_deed as clauses_for_deed
from heedful.programme.policies.queries.standing import PolicyFact as PolicyFact
from heedful.programme.policies.queries.standing import latest_policy_change as latest_policy_change
from heedful.programme.policies.queries.standing import policy_facts as policy_facts

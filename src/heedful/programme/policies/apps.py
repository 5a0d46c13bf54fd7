from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "heedful.programme.policies"
    label = "policies"

    def ready(self) -> None:
        from heedful.captures.queries.ciphertexts import SealedFiles
        from heedful.captures.queries.ciphertexts import register as register_sealed
        from heedful.programme.needs import register
        from heedful.programme.policies.models import PolicyVersion
        from heedful.programme.policies.needs import NEEDS
        from heedful.programme.policies.sealing import FIELD, TABLE

        register(*NEEDS)
        register_sealed(files=(SealedFiles(PolicyVersion, "blob", TABLE, FIELD, "policy version"),))

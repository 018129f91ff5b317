"""An import-linter contract that reads like a row of the architecture's import table.

A row names what a package may import. Everything else, libraries included, is refused; only the package itself, the
standard library, and the standard library of later Pythons (`typing_extensions`) go without saying. The built-in
contracts forbid what somebody thought of, a row refuses what nobody thought of. Direct imports only: each package
answers for its own.
"""

import sys
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

_GOES_WITHOUT_SAYING = sorted({*sys.stdlib_module_names, "typing_extensions"})


def _is_within(module: str, packages: list[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


class MayImport(Contract):
    """Hold a package to its row.

    `may_import` lists packages of ours and libraries. `any_library_but` turns the library half around: every library
    is free but those listed. `exempt` lists single exceptions as `importer -> imported`, each covering what lies below.
    """

    type_name = "may_import"

    package = fields.StringField()
    may_import = fields.ListField(subfield=fields.StringField())
    any_library_but = fields.ListField(subfield=fields.StringField(), required=False)
    exempt = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001 - the linter's signature
        """Collect every direct import that the row does not allow."""
        package = cast("str", self.package)
        importers = sorted({package} | graph.find_descendants(package)) if package in graph.modules else []
        broken = [
            (importer, imported, graph.get_import_details(importer=importer, imported=imported)[0]["line_number"])
            for importer in importers
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if not (self._lists(imported) or self._exempts(importer, imported))
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name each refused import with its line."""
        for importer, imported, line in check.metadata["broken"]:
            output.print_error(f"{importer} (line {line}) imports {imported}, which its row does not list", bold=False)

    def _lists(self, imported: str) -> bool:
        named = [cast("str", self.package), *cast("list[str]", self.may_import), *_GOES_WITHOUT_SAYING]
        if _is_within(imported, named):
            return True
        refused_libraries = cast("list[str] | None", self.any_library_but)
        ours = cast("list[str]", self.session_options["root_packages"])
        return refused_libraries is not None and not _is_within(imported, [*refused_libraries, *ours])

    def _exempts(self, importer: str, imported: str) -> bool:
        for exemption in cast("list[str] | None", self.exempt) or []:
            from_package, to_package = exemption.split(" -> ")
            if _is_within(importer, [from_package]) and _is_within(imported, [to_package]):
                return True
        return False

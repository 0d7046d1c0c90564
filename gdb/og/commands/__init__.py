"""One command a file; this is the order in which `og` lists them."""


def register() -> None:
    from og.commands import (at, by_type, chain, common, count, diff, export, growth, info, leaking, new, open,
                             overview, refs, save, show, snapshot)
    overview.Overview()
    for module in (info, count, common, growth, new, leaking, by_type, at, show):
        module.Command()
    refs.Refs()
    refs.Backrefs()
    chain.Command()
    for module in (snapshot, save, open, diff, export):
        module.Command()

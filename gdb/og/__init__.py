"""og: the object graph of a CPython process, in GDB."""


def load(library_path: str) -> None:
    """Loads libog and registers the commands. Called by og.py, once; later calls do nothing."""
    import gdb
    from og import command, native, params, pythons, session
    from og import commands as all_commands

    if command.session is not None:
        return
    try:
        library = native.Library(library_path)
    except native.OgError as problem:
        gdb.write(problem.message + "\n", gdb.STDERR)  # an exception of a sourced script would show its traceback
        return
    command.session = session.Session(library)
    command.session.connect()
    params.register()
    pythons.register(command.session)
    all_commands.register()

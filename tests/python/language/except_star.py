"""What except* leaves to be raised: shapes, names and origins of the groups."""


def show(error):
    if isinstance(error, BaseExceptionGroup):
        return f"{type(error).__name__}({error.message!r}, [{', '.join(map(show, error.exceptions))}])"
    return repr(error)


def original():
    return ExceptionGroup("eg", [TypeError(1), ExceptionGroup("inner", [ValueError(2), TypeError(3)]), ValueError(4), OSError(5)])


def reraise_all():
    try:
        raise original()
    except* TypeError:
        raise
    except* ValueError as group:
        raise
    except* OSError:
        raise


def reraise_some():
    try:
        raise original()
    except* TypeError:
        raise
    except* ValueError:
        pass


def raise_one():
    try:
        raise original()
    except* (TypeError, ValueError):
        raise SyntaxError("new")
    except* OSError:
        pass


def raise_and_leave():
    try:
        raise original()
    except* TypeError as group:
        raise KeyError("k") from group


def naked():
    try:
        raise ValueError("naked")
    except* TypeError:
        pass


def naked_caught():
    try:
        raise ValueError("naked")
    except* ValueError as group:
        print(show(group))
        raise


def naked_replaced():
    try:
        raise ValueError("naked")
    except* ValueError:
        raise KeyError("instead")


for function in (reraise_all, reraise_some, raise_one, raise_and_leave, naked, naked_caught, naked_replaced):
    try:
        function()
        print(function.__name__, "nothing")
    except BaseException as error:
        print(function.__name__, show(error), type(error.__context__).__name__, type(error.__cause__).__name__)

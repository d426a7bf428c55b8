"""Send hostile text through every entrance under an audit hook; print one JSON object (run in a process of its own)."""

from __future__ import annotations

import contextlib
import io
import json
import resource
import sys
import time
from pathlib import Path
from types import CodeType

from symbiode.cli import run

TOKEN = "qzx_marker"
RUN = f"__import__('os').system('touch {TOKEN}')"
ROUTES = [
    RUN, f"eval({RUN!r})", f"exec({RUN!r})", f"open('{TOKEN}', 'w')", f"(lambda: {RUN})()", f"[{RUN} for x in [1]]",
    f"().__class__.__base__.__subclasses__()[0]('{TOKEN}')", f"x.__init__.__globals__['{TOKEN}']", f"f'{{{RUN}}}'",
    f"1 if {RUN} else 2", f"({TOKEN} := {RUN})", f"sympify({RUN!r})", f"Symbol({RUN!r})", f"S({RUN!r})",
    f"lambdify(x, {RUN!r})", f"Function('{TOKEN}();{RUN}')(x)", f"getattr(x, '{TOKEN}')",
    f"@pd.io.common.os.system('{TOKEN}')",
    f"!!python/object/apply:os.system ['touch {TOKEN}']", f"cos\nsystem\n(S'touch {TOKEN}'\ntR.", f"{{{{ {RUN} }}}}",
    f"${{{RUN}}}", f"$(touch {TOKEN})", f"`touch {TOKEN}`", f"; touch {TOKEN}", f"| touch {TOKEN}", f"%({RUN})s",
    f"=HYPERLINK(\"http://{TOKEN}\")", f"\\input{{{TOKEN}}}", f"\\write18{{touch {TOKEN}}}",
    f"<script>{TOKEN}</script>",
    f"<!ENTITY x SYSTEM 'file:///{TOKEN}'>", f"../../{TOKEN}", f"/tmp/{TOKEN}", f"x; import {TOKEN}", f"x\n{RUN}",
    f"x*'{TOKEN}'", f"x**'{TOKEN}'", f"\"{TOKEN}\"", f"breakpoint('{TOKEN}')",
]  # fmt: skip
BOMBS = [
    "9**9**9**9", "2**(10**9)", "factorial(10**7)", "10**10**10", "((((2**16)**16)**16)**16)**17", "1e999999999",
    "-" * 20000,
    "(" * 20000, ")" * 20000, "[" * 20000, "1+" * 345000 + "1", "x*" * 200000 + "x", "exp(" * 5000 + "1" + ")" * 5000,
    "exp(exp(exp(exp(9))))", "9" * 100000, "0." + "0" * 100000 + "1", "1/0", "0/0", "1/(1-1)", "log(0)", "sqrt(-1)",
    "1e308*1e308", "x" * 1000000, "\x00" * 100, "\u202e1", "１２", "inf", "nan", "zoo", "(x+1)**60", "2**x**x**x",
    "1_000",
]  # fmt: skip

seen: list[str] = []
watching = False


def holds(code: CodeType) -> bool:
    """Say whether compiled code holds the token of the corpus."""
    parts = (*code.co_names, *code.co_varnames, *code.co_consts)
    return any(holds(part) if isinstance(part, CodeType) else TOKEN in str(part) for part in parts)


def watch(event: str, args: tuple[object, ...]) -> None:
    """Note what text must never lead to."""
    if not watching:
        return
    if event == "exec" and isinstance(args[0], CodeType) and holds(args[0]):
        seen.append("exec")
    elif event == "compile" and TOKEN in str(args[0]):
        seen.append("compile")
    elif event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        seen.append(f"open {args[0]!r} {args[1]}")
    elif event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "socket.connect", "pickle.find_class"):
        seen.append(event)


def model(growth: str = "0.3", unit: str = "east", label: str = "A", equation: str = "") -> str:
    """Return a model file of two units; texts are written as TOML strings."""
    east, said = json.dumps(unit), json.dumps(label).replace("\\u0000", "\\u0001")
    law = f"growth = {{ value = {json.dumps(growth)}, source = 's' }}\ncapacity = {{ value = 1, source = 's' }}\n"
    rates = "" if equation else law
    head = "name = 't'\ntime_unit = 'year'\nsource = 's'\n" + ("" if equation else "law = 'logistic'\n")
    units = "".join(
        f"[units.{key}]\nlabel = {{ en = {name}, zh = 'A' }}\ninitial = {{ value = 0.1, source = 's' }}\n{rates}"
        for key, name in ((east, said), ("west", "'B'"))
    )
    return head + units + (f"[equations]\n{east} = {json.dumps(equation)}\nwest = 'x*(1 - x)'\n" if equation else "")


def entrances(text: str) -> dict[str, tuple[list[str], str, bool]]:
    """Return name -> (arguments, content of the file they name as FILE, whether every text must be refused)."""
    good = model()
    return {
        "value in a model file": (["settle", "FILE"], model(growth=text), True),
        "--set value": (["settle", "FILE", "--set", f"east.growth={text}"], good, True),
        "--set key": (["settle", "FILE", "--set", f"{text}=1"], good, True),
        "--start": (["settle", "FILE", "--start", f"east={text}"], good, True),
        "--lever": (["policy", "FILE", "--lever", text], good, True),
        "number in a table": (["check", "FILE.csv"], "year,a,b\n2000,1,2\n2001," + json.dumps(text) + ",3\n", True),
        "equation": (["check", "FILE"], model(equation=text), False),
        "name of a unit": (["settle", "FILE"], model(unit=text), False),
        "label of a unit": (["settle", "FILE"], model(label=text), False),
        "name of a column": (["check", "FILE.csv"], f"year,{json.dumps(text)},b\n2000,1,2\n2001,2,3\n", False),
        "shipped name": (["settle", text], good, True),
    }


def memory() -> float:
    """Return the peak of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def send(name: str, text: str, arguments: list[str], content: str) -> dict[str, object]:
    """Run one command on one text and say what happened."""
    global watching
    path = Path("m.csv" if "FILE.csv" in arguments else "m.toml")
    path.write_bytes(content.encode("utf-8", "surrogatepass"))
    given = [str(path) if part in ("FILE", "FILE.csv") else part for part in arguments]
    seen.clear()
    before, watching, start = memory(), True, time.process_time()
    code, crash = 0, ""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            code = run(given)
        except SystemExit as end:
            code = int(end.code or 0)
        except Exception as error:  # noqa: BLE001
            code, crash = 1, repr(error)[:200]
    spent, watching = time.process_time() - start, False
    return {"entrance": name, "text": text[:60], "exit": code, "crash": crash,
            "seconds": spent, "megabytes": memory() - before, "seen": list(seen)}  # fmt: skip


def everything() -> list[dict[str, object]]:
    """Return one record for each text and entrance, once plain text passed each and the oracle saw an execution."""
    global watching
    for name, (arguments, content, _) in entrances("0.5").items():
        known = {"--set key": "east.growth", "--lever": "east.growth", "shipped name": "gause-yeast"}
        if name in known:
            arguments, content, _ = entrances(known[name])[name]
        plain = send(name, "plain", arguments, content)
        assert plain["exit"] == 0, f"{name} refuses plain text too, so its refusals prove nothing: {plain}"
    seen.clear()
    sys.addaudithook(watch)
    watching = True
    exec(compile(f"{TOKEN} = 1", "<text>", "exec"), {})
    watching = False
    assert seen == ["compile", "exec"], "the oracle is blind"
    return [
        send(name, text, arguments, content) | {"must": must}
        for text in ROUTES + BOMBS
        for name, (arguments, content, must) in entrances(text).items()
    ]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(everything()))

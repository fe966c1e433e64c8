"""Runs one notebook from top to bottom on its kernel:

    python execute.py NOTEBOOK OUTPUT

Writes the executed notebook to OUTPUT when every cell ran. Tells of its progress on standard output, one JSON object a line:
{"cells": n} once, {"cell": i} before the i-th code cell, {"again": text} where a kernel that never answered is given up for another,
and at the end {"ok": bool, "failure": text, "peak": bytes}.
Ends at once, and the kernel with it, when its standard input closes: that is how its parent stops it, by intention or by dying.
"""

import json
import os
import resource
import signal
import sys
import threading

# A kernel starts slowly where many start together. One that does not answer at all, or ends before it has (another process took a port
# that was meant for it in the moment between choosing and opening it), is given up, and another one started.
STARTUP_SECONDS = 90
STARTS = 4
# A silent kernel is looked at before it is given up.
LOOK_SECONDS = STARTUP_SECONDS - 5


def tell(**event):
    print(json.dumps(event), flush=True)


def end_with_parent(clients):
    # Not through sys.stdin, whose lock a thread must not hold when the interpreter ends.
    while os.read(0, 4096):
        pass
    for client in clients:
        kernel = getattr(getattr(client.km, "provisioner", None), "process", None)
        if kernel is not None:
            # The kernel leads a group of its own.
            try:
                os.killpg(kernel.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
    os._exit(130)


def state_of(client):
    """What can be seen of a kernel from outside: whether it runs, what it has computed, and which of its ports are open."""
    import psutil

    try:
        kernel = psutil.Process(client.km.provisioner.process.pid)
        times, ports = kernel.cpu_times(), client.km.get_connection_info()
        heard = {each.laddr.port for each in kernel.net_connections() if each.status == psutil.CONN_LISTEN}
        closed = [name for name in ports if name.endswith("_port") and ports[name] not in heard]
        return (
            f"{kernel.status()}, {kernel.num_threads()} threads, {times.user + times.system:.1f} s of processor time, "
            + (f"not listening on {', '.join(closed)}" if closed else "listening on all ports")
        )
    except (psutil.Error, AttributeError) as error:
        return f"not there ({error!r})"


def peak_bytes():
    """Most memory that one of the processes that have ended held: that of the kernel."""
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def main(source, output):
    clients = []
    threading.Thread(target=end_with_parent, args=[clients], daemon=True).start()
    # These take their time, in which the parent may end.
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(source, as_version=4)
    numbers = [index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    begun = []

    def on_cell_execute(cell, cell_index):
        begun.append(cell_index)
        tell(cell=numbers.index(cell_index) + 1)

    tell(cells=len(numbers))
    for start in range(STARTS):
        client = NotebookClient(
            notebook,
            timeout=None,
            startup_timeout=STARTUP_SECONDS,
            record_timing=False,
            resources={"metadata": {"path": os.path.dirname(os.path.abspath(source))}},
            on_cell_execute=on_cell_execute,
        )
        clients.append(client)
        seen = []
        look = threading.Timer(LOOK_SECONDS, lambda: begun or seen.append(state_of(client)))
        look.daemon = True
        look.start()
        try:
            client.execute()
            break
        except Exception as error:  # a cell that failed, a kernel that died or did not start
            never_answered = isinstance(error, RuntimeError) and not begun
            if not never_answered or start + 1 == STARTS:
                tell(ok=False, failure=str(error) or repr(error), peak=peak_bytes())
                return 1
            tell(again="; ".join([str(error), *seen]))
        finally:
            look.cancel()
    nbformat.write(notebook, output)
    tell(ok=True, failure="", peak=peak_bytes())
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""A Jupyter client that a test drives by JSON lines: one command in, one answer out, in order.

start     {kernel, folder, env}          -> {pid, ready}       ready: seconds until the kernel answered
execute   {code, interrupt, since, timeout} -> {messages, reply, seconds}
          interrupt: seconds after which SIGINT is sent, counted since the cell's "start" or its first "output"
run_all   {cells}                        -> {replies}          all requests are sent before the first answer is read
request   {type, content, channel}       -> {reply}
listen    {seconds}                      -> {messages}         what comes without having been asked for
interrupt {}                             -> {}
shutdown  {}                             -> {seconds}
"""

import json
import queue
import subprocess
import sys
import threading
import time

from jupyter_client import KernelManager


AWAITED = {"start": "execute_input", "output": "stream"}


class Client:
    def start(self, kernel, folder, env):
        began = time.monotonic()
        self.manager = KernelManager(kernel_name=kernel)
        # Node.js makes an inherited pipe non-blocking, and this one carries the answers.
        self.manager.start_kernel(cwd=folder, env=env, stdout=subprocess.DEVNULL)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        return {"pid": self.manager.provisioner.pid, "ready": time.monotonic() - began}

    def execute(self, code, interrupt=None, since="output", timeout=60, silent=False):
        began = time.monotonic()
        request = self.client.execute(code, silent=silent)
        signal = {}
        timer = threading.Timer(interrupt or 0, lambda: (signal.update(at=time.monotonic()), self.manager.interrupt_kernel()))
        waiting = interrupt is not None
        messages, idle = [], False
        while not idle:
            if waiting and messages and messages[-1]["type"] == AWAITED[since]:
                waiting = False
                timer.start()
            message = self.client.get_iopub_msg(timeout=timeout)
            messages.append({**plain(message), "seconds": time.monotonic() - began})
            own = message["parent_header"].get("msg_id") == request
            messages[-1]["own"] = own
            idle = own and message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"
        reply = self.reply_to(request, timeout)
        ended = time.monotonic()
        return {"messages": messages, "reply": reply, "seconds": ended - signal.get("at", began)}

    def run_all(self, cells):
        requests = [self.client.execute(code) for code in cells]
        replies = [self.reply_to(request, 60)["content"] for request in requests]
        self.listen(0.2)
        return {"replies": replies}

    def request(self, type, content, channel="shell"):
        message = self.client.session.msg(type, content)
        sender = self.client.shell_channel if channel == "shell" else self.client.control_channel
        sender.send(message)
        return {"reply": self.reply_to(message["header"]["msg_id"], 30, channel)}

    def listen(self, seconds):
        until, messages = time.monotonic() + seconds, []
        while (left := until - time.monotonic()) > 0:
            try:
                messages.append(plain(self.client.get_iopub_msg(timeout=left)))
            except queue.Empty:
                break
        return {"messages": messages}

    def interrupt(self):
        self.manager.interrupt_kernel()
        return {}

    def shutdown(self):
        began = time.monotonic()
        self.client.stop_channels()
        self.manager.shutdown_kernel()
        return {"seconds": time.monotonic() - began}

    def reply_to(self, request, timeout, channel="shell"):
        receive = self.client.get_shell_msg if channel == "shell" else self.client.get_control_msg
        while True:
            message = receive(timeout=timeout)
            if message["parent_header"].get("msg_id") == request:
                return plain(message)


def plain(message):
    parent = message["parent_header"].get("msg_id")
    return {"type": message["msg_type"], "content": message["content"], "parent": parent}


def main():
    client = Client()
    for line in sys.stdin:
        command = json.loads(line)
        name = command.pop("do")
        try:
            answer = getattr(client, name)(**command)
        except Exception as error:  # the test shall see it, whatever it is
            answer = {"failed": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer, default=str), flush=True)


main()

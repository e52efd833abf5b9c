"""One login with paramiko, told on standard input what to do; what came of it goes to standard output. Both are JSON."""

import base64
import io
import json
import logging
import os
import sys

import paramiko

logging.getLogger("paramiko").addHandler(logging.NullHandler())
script = json.load(sys.stdin)
told = {"steps": []}

transport = paramiko.Transport(("127.0.0.1", script["port"]))
transport.start_client(timeout=10)
if transport.get_remote_server_key().asbytes() != base64.b64decode(script["host"].split(" ")[1]):
    sys.exit("another host key")


def load(path):
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind.from_private_key_file(path)
        except paramiko.SSHException:
            continue
    sys.exit("no key in " + path)


def step(method, what):
    user = script["user"]
    if method == "password":
        return transport.auth_password(user, what, fallback=False)
    if method == "dialogue":
        return transport.auth_interactive(user, lambda title, instructions, prompts: [what for _ in prompts])
    return transport.auth_publickey(user, load(what))


for method, what in script["steps"]:
    try:
        told["steps"].append(step(method, what))
    except paramiko.SSHException as error:
        told["steps"].append(type(error).__name__)

if transport.is_authenticated():
    if "command" in script:
        channel = transport.open_session(timeout=10)
        channel.exec_command(script["command"])
        told["out"] = channel.makefile("r").read().decode()
        told["err"] = channel.makefile_stderr("r").read().decode()
        told["code"] = channel.recv_exit_status()
    if "transfer" in script:
        sent = os.urandom(5_000_000)
        sftp = paramiko.SFTPClient.from_transport(transport)
        sftp.putfo(io.BytesIO(sent), script["transfer"])
        back = io.BytesIO()
        sftp.getfo(script["transfer"], back)
        same = "the same" if back.getvalue() == sent else "another"
        told["transferred"] = f"{sftp.stat(script['transfer']).st_size} {same}"

transport.close()
json.dump(told, sys.stdout)

"""A node in Python. Needs the rpcudp library: pip install rpcudp"""

import asyncio
import sys

from rpcudp.protocol import RPCProtocol


class Node(RPCProtocol):
    def rpc_ping(self, sender, node_id):
        """node_id is bytes; the answer is this node's own id."""
        return b"python node".ljust(20, b".")

    def rpc_find_node(self, sender, key):
        """A list of tuples, which arrives as an array of arrays."""
        return [(b"a" * 20, "10.0.0.1", 8468), (key, sender[0], sender[1])]


async def main(port):
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Node, local_addr=("127.0.0.1", port))
    print(f"Python node listens on port {transport.get_extra_info('sockname')[1]}.", flush=True)
    await loop.create_future()


asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8468))

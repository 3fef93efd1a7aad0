"""Calls a node, be it in Python or in TypeScript. Needs the rpcudp library: pip install rpcudp"""

import asyncio
import sys

from rpcudp.protocol import RPCProtocol


async def main(port):
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(RPCProtocol, local_addr=("127.0.0.1", 0))
    node = ("127.0.0.1", port)

    received, node_id = await protocol.ping(node, b"python client".ljust(20, b"."))
    print(f"ping: {node_id.decode()}" if received else "No response received.")

    received, nodes = await protocol.find_node(node, b"k" * 20)
    print(f"find_node: {len(nodes)} nodes" if received else "No response received.")

    transport.close()


asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8468))

"""A name server for one test: answers A queries for the names it is given, NXDOMAIN for all others.

exchangelib asks a name server itself (dnspython) before it tries a host, so the hosts file and the proxy do not help.
"""

import socket
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset


def start(names):
    """Listens on a free loopback port for the life of the process and returns that port."""
    known = {name.lower() for name in names}
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))

    def serve():
        while True:
            octets, peer = server.recvfrom(4096)
            query = dns.message.from_wire(octets)
            answer = dns.message.make_response(query)
            answer.flags |= dns.flags.AA
            question = query.question[0]
            name = question.name.to_text(omit_final_dot=True).lower()
            if name not in known:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            elif question.rdtype == dns.rdatatype.A:
                answer.answer.append(dns.rrset.from_text(question.name, 5, dns.rdataclass.IN, dns.rdatatype.A, "127.0.0.1"))
            server.sendto(answer.to_wire(), peer)

    threading.Thread(target=serve, daemon=True).start()
    return server.getsockname()[1]

"""Twisted's web.guard, the ancestor, with the same user and the same page; argument: a port."""
import sys

from twisted.cred import checkers, portal
from twisted.internet import reactor
from twisted.web import guard, resource, server
from zope.interface import implementer


class Page(resource.Resource):
    isLeaf = True

    def render_GET(self, request):
        request.setHeader(b"content-type", b"text/plain")
        return b"Hello, ada!"


@implementer(portal.IRealm)
class Realm:
    def requestAvatar(self, avatarId, mind, *interfaces):
        return resource.IResource, Page(), lambda: None


users = checkers.InMemoryUsernamePasswordDatabaseDontUse(ada=b"sesame")
wrapper = guard.HTTPAuthSessionWrapper(
    portal.Portal(Realm(), [users]), [guard.DigestCredentialFactory(b"md5", b"bench")]
)
root = resource.Resource()
root.putChild(b"private", wrapper)
reactor.listenTCP(int(sys.argv[1]), server.Site(root), interface="127.0.0.1", backlog=1024)
reactor.run()

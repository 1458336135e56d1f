"""Read by gunicorn wherever it is started from this folder."""

from gunicorn.glogging import Logger

from cmtl.logs import Discreet


class QuietLogger(Logger):
    """Errors without what is confidential, and no access log whatever the command says: an address and a second would
    undo the anonymity of an evaluation."""

    def setup(self, cfg):
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.addFilter(Discreet())

    def access(self, resp, req, environ, request_time):
        pass


logger_class = QuietLogger

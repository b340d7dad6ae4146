# A Flight SQL server that prints the credentials of each call and refuses it: who gets a token by SQL is seen here.
import pyarrow.flight as flight


class Seen(flight.ServerMiddlewareFactory):
    def start_call(self, info, headers):
        found = {name.lower(): values[0] for name, values in headers.items()}
        print("call", found.get("authorization", "none"), found.get("x-api-key", "none"), flush=True)
        raise flight.FlightUnauthenticatedError("refused")


server = flight.FlightServerBase("grpc://127.0.0.1:0", middleware={"seen": Seen()})
print("port", server.port, flush=True)
server.serve()

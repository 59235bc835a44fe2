import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// How long the client may go on sending after it has been answered, so that it reads the answer
    /// before the connection breaks.
    private static let linger = TimeAmount.seconds(1)

    /// The response, after which the connection ends: for requests whose body nobody will read.
    func closing(_ channel: any Channel) -> Response {
        var response = self
        response.headers[.connection] = "close"
        let body = response.body
        response.body = ResponseBody(contentLength: body.contentLength) { writer in
            try await body.write(writer)
            try? await channel.close(mode: .output)
            channel.eventLoop.scheduleTask(in: Self.linger) { channel.close(promise: nil) }
        }
        return response
    }
}

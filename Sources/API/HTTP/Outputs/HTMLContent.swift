import HTTPTypes
import Hummingbird

/// A rendered page.
public struct HTMLContent: ResponseContent {
    public let html: String
    public let status: HTTPResponse.Status
    /// Complete `Set-Cookie` values.
    public let cookies: [String]

    public init(_ html: String, status: HTTPResponse.Status = .ok, cookies: [String] = []) {
        self.html = html
        self.status = status
        self.cookies = cookies
    }

    public static var contract: ResponseContract {
        ResponseContract(description: "A page.", mediaType: "text/html")
    }

    public func response(in scope: RequestScope) -> Response {
        var fields = SecurityHeaders.page
        fields[.contentType] = "text/html; charset=utf-8"
        for cookie in cookies { fields.append(HTTPField(name: .setCookie, value: cookie)) }
        return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }
}

import HTTPTypes
import Hummingbird

/// A file that is part of the program: a style sheet, a script, the API document.
public struct StaticFile: ResponseContent {
    public let body: CachedBody

    /// - Parameter contentType: with the charset where it is text.
    public init(_ bytes: [UInt8], contentType: String) {
        body = CachedBody(bytes, contentType: contentType)
    }

    public static var contract: ResponseContract {
        ResponseContract(description: "The file.", mediaType: "application/octet-stream", isConditional: true)
    }

    public func response(in scope: RequestScope) -> Response {
        body.response(ifNoneMatch: scope.head.headerFields[.ifNoneMatch])
    }
}

import HTTPTypes
import Hummingbird
import NIOCore

/// A media type and what the document calls it.
package protocol ReportType: SendableMetatype {
    static var mediaType: String { get }
    static var description: String { get }
    /// What the name of a file of it ends in.
    static var suffix: String { get }
}

package enum SARIFType: ReportType {
    package static let mediaType = "application/sarif+json"
    package static let description = "A SARIF 2.1.0 log."
    package static let suffix = "sarif"
}

package enum CycloneDXType: ReportType {
    package static let mediaType = "application/vnd.cyclonedx+json"
    package static let description = "A CycloneDX 1.6 document."
    package static let suffix = "cdx.json"
}

package enum OpenVEXType: ReportType {
    package static let mediaType = "application/json"
    package static let description = "An OpenVEX 0.2.0 document."
    package static let suffix = "openvex.json"
}

/// A document in a format of its own.
struct ReportDocument<Kind: ReportType>: ResponseContent {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    static var contract: ResponseContract {
        ResponseContract(description: Kind.description, mediaType: Kind.mediaType)
    }

    func response(in scope: RequestScope) -> Response {
        Response(
            status: .ok, headers: [.contentType: Kind.mediaType],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

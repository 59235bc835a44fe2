import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Objects

/// An object of the store, or the part of it that a request's `Range` asks for, sent as it is read, with back-pressure. An
/// error after the first byte breaks the connection off.
struct ObjectContent<Kind: ReportType>: ResponseContent {
    private let download: ObjectDownload
    private let range: ByteRange?
    private let name: String

    /// - Parameters:
    ///   - name: what browsers save it as; letters, digits, dots, dashes.
    ///   - range: what `download` was begun with.
    init(_ download: ObjectDownload, as name: String, range: ByteRange?) {
        self.download = download
        self.range = range
        self.name = name.filter { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_+~".contains($0)) }
    }

    static var contract: ResponseContract {
        ResponseContract(
            description: "\(Kind.description) With `Range: bytes=FIRST-[LAST]` that part of it, with status 206.",
            mediaType: Kind.mediaType)
    }

    func response(in scope: RequestScope) -> Response {
        let size = download.object.size
        var headers: HTTPFields = [
            .contentType: Kind.mediaType, .contentDisposition: "attachment; filename=\"\(name)\"",
            .acceptRanges: "bytes",
        ]
        var count = size
        if let range {
            let last = min(range.last ?? size - 1, size - 1)
            count = last - range.first + 1
            headers[.contentRange] = "bytes \(range.first)-\(last)/\(size)"
        }
        return Response(
            status: range == nil ? .ok : .partialContent, headers: headers,
            body: ResponseBody(contentLength: Int(count)) { [content = download.content] writer in
                for try await piece in content { try await writer.write(piece) }
                try await writer.finish(nil)
            })
    }
}

/// A package's file.
enum PackageFileType: ReportType {
    static let mediaType = "application/octet-stream"
    static let description = "The file."
    static let suffix = ""
}

/// What a package manager wrote.
enum PatchLogType: ReportType {
    static let mediaType = "text/plain"
    static let description = "The log, in UTF-8."
    static let suffix = "log"
}

/// `Range: bytes=FIRST-` and `bytes=FIRST-LAST`. All other ranges are answered with the whole, as RFC 9110 lets a server.
struct ByteRange: Equatable {
    let first: Int64
    let last: Int64?

    init?(_ header: String?) {
        guard let header, header.hasPrefix("bytes=") else { return nil }
        let parts = header.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = Self.number(parts[0]) else { return nil }
        self.first = first
        if parts[1].isEmpty {
            last = nil
        } else {
            guard let last = Self.number(parts[1]), last >= first else { return nil }
            self.last = last
        }
    }

    private static func number(_ text: Substring) -> Int64? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(text) : nil
    }

    /// How many bytes that are; nil for all that follow.
    var count: Int64? { last.map { $0 - first + 1 } }
}

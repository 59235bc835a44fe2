import Domain
import HTTPTypes

/// A problem document (RFC 9457): what every error becomes on the wire.
public struct Problem: Sendable, Hashable {
    /// Stable, `noun.condition`; clients branch on it. On the wire `type` is `/problems/noun.condition`.
    public let code: String
    public let status: HTTPResponse.Status
    /// What is wrong this time and what to do about it.
    public let detail: String
    /// The field, parameter or header at fault, where there is one.
    public let field: String?
    /// The byte of the body at fault, counted from 0, where the body cannot be read.
    public let position: Int?
    /// Every fault, where a request has several that can be told at once.
    public let errors: [Fault]
    /// What takes the place of a patch that is not to be deployed any more.
    let successors: [Successor]
    /// Seconds after which trying again makes sense; sent as `Retry-After`.
    public let retryAfter: Int?
    /// The methods that the path does take; sent as `Allow`.
    let allow: [HTTPRequest.Method]

    /// One of several things that are wrong.
    public struct Fault: Sendable, Hashable, JSONWritable {
        public let field: String
        /// A sentence.
        public let detail: String

        public init(field: String, detail: String) {
            self.field = field
            self.detail = detail
        }

        public func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.field("field", field)
                writer.field("detail", detail)
            }
        }
    }

    /// A patch, by its id and its vendor's number.
    struct Successor: Sendable, Hashable, JSONWritable {
        let id: String
        let number: String

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.field("patch_id", id)
                writer.field("number", number)
            }
        }
    }

    public init(
        code: String, status: HTTPResponse.Status, detail: String, field: String? = nil, position: Int? = nil,
        errors: [Fault] = [], retryAfter: Int? = nil, allow: [HTTPRequest.Method] = []
    ) {
        self.init(
            code: code, status: status, detail: detail, field: field, position: position, errors: errors,
            successors: [], retryAfter: retryAfter, allow: allow)
    }

    init(
        code: String, status: HTTPResponse.Status, detail: String, field: String?, position: Int?, errors: [Fault],
        successors: [Successor], retryAfter: Int?, allow: [HTTPRequest.Method]
    ) {
        self.successors = successors
        self.code = code
        self.status = status
        self.detail = detail
        self.field = field
        self.position = position
        self.errors = errors
        self.retryAfter = retryAfter
        self.allow = allow
    }

    /// The kind of problem in words, the same each time: the code's condition, spelled out.
    public var title: String {
        let words = code.split(separator: ".").joined(separator: " ").split(separator: "_").joined(separator: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    /// The document for one request.
    func document(instance: String, requestID: String) -> Document {
        Document(problem: self, instance: instance, requestID: requestID)
    }

    /// A problem together with the request it happened to.
    struct Document: JSONWritable, SchemaProviding {
        let problem: Problem
        let instance: String
        let requestID: String

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.field("type", "/problems/\(problem.code)")
                writer.field("title", problem.title)
                writer.field("status", problem.status.code)
                writer.field("detail", problem.detail)
                writer.field("instance", instance)
                writer.fieldIfPresent("field", problem.field)
                writer.fieldIfPresent("position", problem.position)
                writer.fieldIfPresent("errors", problem.errors.isEmpty ? nil : problem.errors)
                writer.fieldIfPresent("superseded_by", problem.successors.isEmpty ? nil : problem.successors)
                writer.field("request_id", requestID)
            }
        }

        static let schema = Schema.named(
            "Problem",
            .object([
                .field(
                    "type", .string, "Stable kind of the problem; branch on it.",
                    example: "/problems/request.unknown_field"),
                .field("title", .string, "The kind in words."),
                .field("status", .integer(400...599), "The HTTP status."),
                .field("detail", .string, "What is wrong this time and what to do about it."),
                .field("instance", .string, "The path of the request."),
                .optional("field", .string, "The field, parameter or header at fault."),
                .optional("position", .integer, "The byte of the body at fault, counted from 0."),
                .optional(
                    "errors", .array(of: .object([.field("field", .string), .field("detail", .string)])),
                    "Every fault, where a request has several that can be told at once."),
                .optional(
                    "superseded_by", .array(of: .object([.field("patch_id", .uuid), .field("number", .string)])),
                    "What takes the place of a patch that is not to be deployed any more."),
                .field("request_id", .string, "Names the request in the server's log."),
            ]))
    }
}

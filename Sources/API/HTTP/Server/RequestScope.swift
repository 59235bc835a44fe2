import Domain
import HTTPTypes
import Logging

/// Everything about the request at hand that a handler may want besides its input.
public struct RequestScope: Sendable {
    /// Names the request in responses and in the log.
    public let requestID: String
    /// Who is asking; nil on public routes, where nobody looks.
    public internal(set) var signedIn: Principal?
    /// The value of the session cookie, when the request was authenticated by it.
    public internal(set) var session: String?
    /// Method, target and headers as they came.
    public let head: HTTPRequest
    /// The client's address, as the server knows it: for the audit trail and limits.
    public let clientAddress: @Sendable () -> String
    private let baseLogger: Logger

    init(
        requestID: String, signedIn: Principal? = nil, session: String? = nil, head: HTTPRequest, logger: Logger,
        clientAddress: @escaping @Sendable () -> String
    ) {
        self.requestID = requestID
        self.signedIn = signedIn
        self.session = session
        self.head = head
        self.clientAddress = clientAddress
        baseLogger = logger
    }

    /// Who is asking.
    /// - Throws: `signInRequired` on public routes; other routes are not reached without a principal.
    public var principal: Principal {
        get throws(RequestError) {
            guard let signedIn else { throw .signInRequired }
            return signedIn
        }
    }

    /// The tenant of who is asking; throws as ``principal`` does.
    public var tenant: TenantID {
        get throws(RequestError) { try principal.tenant }
    }

    /// A logger that names the request.
    public var logger: Logger {
        var logger = baseLogger
        logger[metadataKey: "request_id"] = .string(requestID)
        return logger
    }

    /// The request's path without its query.
    public var path: String { String((head.path ?? "/").prefix { $0 != "?" }) }

    /// The request's path and query with one query parameter replaced or added: for links to other
    /// pages of the same list.
    public func target(settingQuery name: String, to value: String) -> String {
        let target = head.path ?? "/"
        let query = target.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
        let kept = query.split(separator: "&").filter { $0.prefix { $0 != "=" } != name }
        return path + "?" + (kept + ["\(name)=\(PercentCoding.encode(value))"]).joined(separator: "&")
    }
}

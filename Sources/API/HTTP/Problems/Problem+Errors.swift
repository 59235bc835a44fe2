import Domain
import HTTPTypes
import Patching
import Store

extension Problem {
    /// Seconds that clients are asked to wait when a part of the server is not there.
    private static let unavailableRetryAfter = 5

    /// The problem for an error that says what it is.
    public init(_ error: any UserFacingError) {
        let status = HTTPStatusTable.status(for: error.code)
        let request = error as? RequestError
        var retryAfter = status == .serviceUnavailable ? Self.unavailableRetryAfter : nil
        var allow: [HTTPRequest.Method] = []
        switch request {
        case .rateLimited(let seconds), .tooManyFailures(let seconds): retryAfter = seconds
        case .idempotencyInProgress: retryAfter = 1
        case .methodNotAllowed(let methods): allow = methods.compactMap { HTTPRequest.Method($0) }
        default: break
        }
        let deployment = error as? DeploymentError
        self.init(
            code: error.code, status: status, detail: error.message,
            field: request?.field ?? (error as? StoreError)?.field ?? deployment?.field, position: request?.position,
            errors: deployment?.faults ?? [],
            successors: deployment?.successors.map { .init(id: $0.id.description, number: $0.number) } ?? [],
            retryAfter: retryAfter, allow: allow)
    }

    /// The problem for an error that nobody foresaw. What it was goes to the log, not to the client.
    static let unexpected = Problem(
        code: "server.unexpected", status: .internalServerError,
        detail: "Something went wrong in the server. The log has the details under this request_id.")
}

extension DeploymentError {
    /// Each fault of a plan.
    fileprivate var faults: [Problem.Fault] {
        if case .plan(let defects) = self {
            return defects.map { Problem.Fault(field: $0.field, detail: $0.message) }
        }
        return []
    }
}

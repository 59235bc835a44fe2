import Domain
import HTTPTypes
import Hummingbird
import Logging

/// One request on its way through the checks.
struct Exchange {
    /// Unread bodies up to this size are read away; larger ones end the connection.
    private static let drainable = 64 * 1024

    let request: Request
    let context: APIContext
    let problemPage: (@Sendable (Problem, RequestScope) -> HTMLContent)?
    var scope: RequestScope
    /// Whether the client may be sending more than the server is going to read.
    var hasUnreadBody: Bool

    init(request: Request, context: APIContext, services: APIServices) {
        self.request = request
        self.context = context
        problemPage = services.problemPage
        let (channel, header, fields) = (context.channel, services.clientAddressHeader, request.headers)
        scope = RequestScope(
            requestID: RequestID.make(given: request.headers[.requestID]), head: request.head, logger: context.logger
        ) {
            let forwarded = header.flatMap { fields[$0] }?.split(separator: ",").last.map { $0.filter { $0 != " " } }
            return forwarded ?? channel.remoteAddress?.ipAddress ?? "local"
        }
        hasUnreadBody =
            request.headers[.transferEncoding] != nil
            || (request.headers[.contentLength].flatMap { Int($0) } ?? 0) > Self.drainable
    }

    /// The response to an error, logged as it deserves.
    func response(to error: any Error, for route: AnyRoute?) -> Response {
        let problem = problem(for: error, route: route)
        if problem.status == .unauthorized, case .redirect(let path)? = route?.anonymousAnswer {
            let next = PercentCoding.encode(request.head.path ?? "/")
            return SeeOther("\(path)?next=\(next)").response(in: scope)
        }
        if let problemPage, prefersHTML(route) {
            let page = problemPage(problem, scope)
            return problem.decorate(HTMLContent(page.html, status: problem.status).response(in: scope), scope: scope)
        }
        let document = problem.document(instance: scope.path, requestID: scope.requestID)
        return problem.decorate(
            .json(document.jsonBytes(), status: problem.status, contentType: "application/problem+json"), scope: scope)
    }

    private func problem(for error: any Error, route: AnyRoute?) -> Problem {
        switch error {
        case let error as any UserFacingError:
            let problem = Problem(error)
            if problem.status.kind == .serverError { log(error, at: .warning, route) }
            return problem
        case is CancellationError: return Problem(RequestError.timedOut)
        default:
            log(error, at: .error, route)
            return .unexpected
        }
    }

    private func log(_ error: any Error, at level: Logger.Level, _ route: AnyRoute?) {
        scope.logger.log(
            level: level, "request failed",
            metadata: [
                "method": "\(request.method.rawValue)", "route": "\(route?.path ?? "-")",
                "error": "\(String(reflecting: error))",
            ])
    }

    /// Pages answer in HTML; what pages' forms lead to and unknown paths do to who asks for it.
    private func prefersHTML(_ route: AnyRoute?) -> Bool {
        if let route, route.output.mediaType == "text/html" { return true }
        return route?.isDocumented != true && request.headers[.accept]?.contains("text/html") ?? false
    }
}

extension Problem {
    /// Adds the headers that go with the status.
    func decorate(_ response: Response, scope: RequestScope) -> Response {
        var response = response
        response.headers[.cacheControl] = "no-store"
        if let retryAfter { response.headers[.retryAfter] = String(retryAfter) }
        if !allow.isEmpty { response.headers[.allow] = allow.map(\.rawValue).joined(separator: ", ") }
        if status == .unauthorized {
            let error = code == "authentication.invalid" ? ", error=\"invalid_token\"" : ""
            response.headers[.wwwAuthenticate] = "Bearer realm=\"garrison\"\(error)"
        }
        return response
    }
}

import Domain
import HTTPTypes
import Hummingbird
import Logging

/// Answers the requests of one route: every check in order, then the handler. It never throws:
/// whatever goes wrong becomes a problem document here.
struct RouteResponder: HTTPResponder {
    let route: AnyRoute
    let services: APIServices
    let meter: RouteMeter
    let queryNames: [String]
    private let pathNames: [String]

    init(route: AnyRoute, services: APIServices) {
        self.route = route
        self.services = services
        meter = services.metrics.meter(method: route.method.rawValue, path: route.path)
        queryNames = route.queryNames
        pathNames = PathTemplate(route.path).parameterNames
    }

    func respond(to request: Request, context: APIContext) async -> Response {
        let start = ContinuousClock.now
        services.metrics.begin()
        var exchange = Exchange(request: request, context: context, services: services)
        var response: Response
        do {
            response = try await answer(&exchange)
        } catch {
            response = exchange.response(to: error, for: route)
        }
        response.headers.append(HTTPField(name: .requestID, value: exchange.scope.requestID))
        SecurityHeaders.complete(&response.headers, for: request.headers, services: services)
        if request.method == .head { response = response.createHeadResponse() }
        if exchange.hasUnreadBody { response = response.closing(context.channel) }
        services.metrics.end()
        meter.record(status: response.status.code, duration: ContinuousClock.now - start)
        return response
    }

    private func answer(_ exchange: inout Exchange) async throws -> Response {
        let admission = Admission(route: route, services: services)
        try await admission.admit(&exchange)
        if let ready = route.ready, let principal = exchange.scope.signedIn {
            if let answer = ready(principal, exchange.request.head.path ?? "/") {
                return answer.response(ifNoneMatch: exchange.request.headers[.ifNoneMatch])
            }
            try admission.limit(exchange)
        }
        var reader = try RequestReader(
            request: exchange.request, parameters: exchange.context.parameters, names: pathNames, allowed: queryNames)
        let body = try await BodyReading(route: route).read(&exchange, into: &reader)
        if route.isWrite {
            try CrossSiteGuard.check(exchange.scope, form: reader.form, authenticator: services.authenticator)
        }
        let (work, scope) = (Work(route: route, reader: reader), exchange.scope)
        let response = try await Idempotency(store: services.idempotency).answer(scope, body: body) {
            try await work.run(scope)
        }
        exchange.hasUnreadBody = exchange.hasUnreadBody && reader.stream == nil
        return response
    }

    /// The handler with what it needs, as one value that can go to another task.
    private struct Work: Sendable {
        let route: AnyRoute
        let reader: RequestReader

        func run(_ scope: RequestScope) async throws -> Response {
            try await Deadline.run(route.limits.timeout, orThrow: .timedOut) { [route, reader] in
                try await route.respond(reader, scope)
            }
        }
    }
}

import HTTPTypes
import Hummingbird

/// The answer to requests that no route takes: 404, or 405 with `Allow` when the path has other
/// methods.
struct UnknownPath: RouterMiddleware {
    let paths: [(template: PathTemplate, method: HTTPRequest.Method)]
    let services: APIServices
    let meter: RouteMeter

    init(catalogue: RouteCatalogue, services: APIServices) {
        paths = catalogue.routes.map { (PathTemplate($0.path), $0.method) }
        self.services = services
        meter = services.metrics.meter(method: "*", path: "unknown")
    }

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let exchange = Exchange(request: request, context: context, services: services)
        var response: Response
        do {
            try services.rateLimiter?.take(1, from: .anonymous(exchange.scope.clientAddress()))
            response = answer(exchange)
        } catch {
            response = exchange.response(to: error, for: nil)
        }
        response.headers[.requestID] = exchange.scope.requestID
        SecurityHeaders.complete(&response.headers, for: request.headers, services: services)
        if request.method == .head { response = response.createHeadResponse() }
        if exchange.hasUnreadBody { response = response.closing(context.channel) }
        meter.record(status: response.status.code, duration: ContinuousClock.now - start)
        return response
    }

    private func answer(_ exchange: Exchange) -> Response {
        var allowed = paths.filter { $0.template.matches(exchange.scope.path) }.map(\.method)
        guard !allowed.isEmpty else { return exchange.response(to: RequestError.noSuchPath, for: nil) }
        if allowed.contains(.get) { allowed.append(.head) }
        allowed.append(.options)
        let names = allowed.map(\.rawValue)
        if exchange.request.method == .options {
            return Response(status: .noContent, headers: [.allow: names.joined(separator: ", ")])
        }
        return exchange.response(to: RequestError.methodNotAllowed(names), for: nil)
    }
}

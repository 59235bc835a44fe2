import HTTPTypes
import Hummingbird

/// All operations of a server, in reading order.
public struct RouteCatalogue: Sendable {
    public let routes: [AnyRoute]

    public init(_ routes: [AnyRoute]) { self.routes = routes }

    /// The catalogue with more routes behind its own.
    public func adding(_ more: [AnyRoute]) -> RouteCatalogue { RouteCatalogue(routes + more) }

    /// What is wrong with the catalogue itself, a sentence each: two routes for one request, a path
    /// parameter that only the path or only the input knows. Empty on a sound one.
    public var defects: [String] {
        var seen: Set<String> = []
        var names: Set<String> = []
        var defects: [String] = []
        for route in routes {
            let request = "\(route.method.rawValue) \(route.path)"
            if !seen.insert(request).inserted { defects.append("\(request) is there twice.") }
            if route.isDocumented, !names.insert(route.operationID).inserted {
                defects.append("\(request) has the summary of another route.")
            }
            let declared = Set(route.parameters.filter(\.isInPath).map(\.name))
            let inPath = Set(PathTemplate(route.path).parameterNames)
            if declared != inPath {
                defects.append("\(request) declares \(declared.sorted()) and names \(inPath.sorted()).")
            }
        }
        return defects
    }

    /// The responder of an application: every route, `HEAD` for every `GET`, and problem documents
    /// for paths and methods that are not there.
    public func responder(services: APIServices) -> RouterResponder<APIContext> {
        let router = Router(context: APIContext.self)
        register(in: router, services: services)
        return router.buildResponder()
    }

    /// What this catalogue's routes have ready, for ``HTTPServerBuilder/bounded(idleTimeout:readyAnswers:)``.
    public func readyAnswers(services: APIServices, serverName: String) -> ReadyAnswers {
        ReadyAnswers(routes, services: services, serverName: serverName)
    }

    /// Adds every route to a router. Routes and middlewares added to it afterwards do not apply to
    /// these; the answer to unknown paths is the last one registered.
    public func register(in router: Router<APIContext>, services: APIServices) {
        for route in routes {
            let responder = RouteResponder(route: route, services: services)
            let path = RouterPath(PathTemplate(route.path).routerPath)
            router.on(path, method: route.method, responder: responder)
            if route.method == .get { router.on(path, method: .head, responder: responder) }
        }
        // A router runs its middlewares only for what is registered after them: nothing but the
        // answer to unknown paths comes after this one.
        router.add(middleware: UnknownPath(catalogue: self, services: services))
    }
}

/// The OpenAPI 3.1 document of a catalogue. It says what the routes say, so it cannot be wrong about
/// them.
public struct OpenAPIDocument: Sendable {
    public let json: JSONValue

    /// - Parameters:
    ///   - version: the program's version.
    ///   - cookieName: of the browser session.
    public init(
        _ catalogue: RouteCatalogue, title: String = "Garrison", version: String,
        cookieName: String = "garrison_session"
    ) {
        var components: [String: JSONValue] = [:]
        let documented = catalogue.routes.filter(\.isDocumented)
        var paths: [(path: String, operations: [JSONValue.Field])] = []
        for route in documented {
            let operation = Operation(route: route).document(components: &components)
            let field = JSONValue.Field(route.method.rawValue.lowercased(), operation)
            if let index = paths.firstIndex(where: { $0.path == route.path }) {
                paths[index].operations.append(field)
            } else {
                paths.append((route.path, [field]))
            }
        }
        json = [
            "openapi": "3.1.0",
            "info": Self.info(title: title, version: version),
            "servers": [["url": "/"]],
            "tags": .array(Self.tags(documented).map { ["name": .string($0)] }),
            "paths": .object(paths.map { .init($0.path, .object($0.operations)) }),
            "components": [
                "securitySchemes": Self.securitySchemes(cookieName),
                "schemas": .object(components.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) }),
            ],
        ]
    }

    /// The document as it is served.
    public var bytes: [UInt8] { json.jsonBytes(capacity: 64 * 1024) }

    private static func info(title: String, version: String) -> JSONValue {
        [
            "title": .string(title),
            "version": .string(version),
            "description":
                "Endpoints, their vulnerabilities, and what to do about them. Errors are problem documents (RFC 9457).",
            "license": ["name": "See the product's licence", "url": "/docs"],
        ]
    }

    private static func tags(_ routes: [AnyRoute]) -> [String] {
        var tags: [String] = []
        for route in routes where !tags.contains(route.tag) { tags.append(route.tag) }
        return tags
    }

    private static func securitySchemes(_ cookieName: String) -> JSONValue {
        [
            "token": [
                "type": "http", "scheme": "bearer",
                "description": "A token of one tenant and one role, from garrison token create.",
            ],
            "session": [
                "type": "apiKey", "in": "cookie", "name": .string(cookieName),
                "description": "A browser's session. Requests that change something also need X-CSRF-Token.",
            ],
        ]
    }
}

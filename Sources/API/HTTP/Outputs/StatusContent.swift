import HTTPTypes
import Hummingbird

/// 201: something was made; `Location` names it.
public struct Created<Content: JSONContent>: ResponseContent {
    public let content: Content
    /// The path of the new thing; parts that come from outside percent-encoded.
    public let location: String

    public init(_ content: Content, location: String) {
        self.content = content
        self.location = location
    }

    public static var contract: ResponseContract {
        ResponseContract(
            status: .created, description: "Made.", mediaType: "application/json", schema: Content.schema,
            headers: [("Location", "The path of what was made.")])
    }

    public func response(in scope: RequestScope) -> Response {
        var response = Response.json(content.jsonBytes(), status: .created)
        response.headers[.location] = location
        return response
    }
}

/// 202: the work goes on; the body names the task or the action to ask for.
public struct Accepted<Content: JSONContent>: ResponseContent {
    public let content: Content

    public init(_ content: Content) { self.content = content }

    public static var contract: ResponseContract {
        ResponseContract(
            status: .accepted,
            description: "Begun; GET /api/tasks/{id}, or of an action GET /api/actions/{id}, tells how far it is.",
            mediaType: "application/json", schema: Content.schema)
    }

    public func response(in scope: RequestScope) -> Response {
        Response.json(content.jsonBytes(), status: .accepted)
    }
}

/// 204: done, nothing to say.
public struct NoContent: ResponseContent {
    public init() {}

    public static var contract: ResponseContract {
        ResponseContract(status: .noContent, description: "Done.", mediaType: nil)
    }

    public func response(in scope: RequestScope) -> Response { Response(status: .noContent) }
}

/// 303: go on with a GET elsewhere, as pages do after a form.
public struct SeeOther: ResponseContent {
    public let location: String
    /// Cookies to set, complete `Set-Cookie` values.
    public let cookies: [String]

    public init(_ location: String, cookies: [String] = []) {
        self.location = location
        self.cookies = cookies
    }

    public static var contract: ResponseContract {
        ResponseContract(
            status: .seeOther, description: "Go on at Location.", mediaType: nil,
            headers: [("Location", "The page to go on with.")])
    }

    public func response(in scope: RequestScope) -> Response {
        var fields: HTTPFields = [.location: location]
        for cookie in cookies { fields.append(HTTPField(name: .setCookie, value: cookie)) }
        return Response(status: .seeOther, headers: fields)
    }
}

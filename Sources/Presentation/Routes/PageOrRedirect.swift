import API
import Hummingbird

/// A page, or where to go instead.
enum PageOrRedirect: ResponseContent {
    case page(HTMLContent)
    case elsewhere(SeeOther)

    static var contract: ResponseContract { HTMLContent.contract }

    func response(in scope: RequestScope) throws -> Response {
        switch self {
        case .page(let page): page.response(in: scope)
        case .elsewhere(let redirect): redirect.response(in: scope)
        }
    }
}

import API
import Hummingbird

/// What an attempt to sign in leads to.
enum SignInOutcome: ResponseContent {
    case signedIn(SeeOther)
    case refused(HTMLContent)

    static var contract: ResponseContract { SeeOther.contract }

    func response(in scope: RequestScope) throws -> Response {
        switch self {
        case .signedIn(let redirect): redirect.response(in: scope)
        case .refused(let page): page.response(in: scope)
        }
    }
}

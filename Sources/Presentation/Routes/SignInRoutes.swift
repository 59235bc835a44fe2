import API
import Domain
import FoundationEssentials
import Identity
import Store

/// Signing in and out. The session cookie is HttpOnly and SameSite=Lax, and Secure wherever the
/// server can be reached from other machines.
enum SignInRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] {
        [form(services), signIn(services), signOut(services)]
    }

    private static let lifetime: TimeInterval = 12 * 3600

    private static func form(_ services: PageServices) -> AnyRoute {
        Route<PageInput, HTMLContent>(.get, signInPath, "Sign-in form", tag: "Pages", access: .open) { input, scope in
            page(scope, email: "", next: input["next"], error: nil)
        }.page().erased
    }

    private static func page(_ scope: RequestScope, email: String, next: String?, error: String?) -> HTMLContent {
        let layout = Layout(title: "Sign in", appearance: scope.appearance)
        let content = SignInPage.render(email: email, returnTo: LocalPath.safe(next), error: error)
        return HTMLContent(layout.render(content).text, status: error == nil ? .ok : .unauthorized)
    }

    private struct Credentials: RouteInput {
        static let body = BodyContract.form([
            .field("email", .string), .field("password", .string(.password)), .optional("return_to", .string),
        ])
        let email: String
        let password: String
        let returnTo: String

        init(from request: RequestReader) throws {
            email = request.form["email"] ?? ""
            password = request.form["password"] ?? ""
            returnTo = LocalPath.safe(request.form["return_to"])
        }
    }

    private static func signIn(_ services: PageServices) -> AnyRoute {
        // An attempt costs as much of the client's allowance as 20 requests: hashing is slow on purpose.
        Route<Credentials, PageOrRedirect>(
            .post, signInPath, "Sign in", tag: "Pages", access: .open, limits: RouteLimits(cost: 20)
        ) { input, scope in
            let address = scope.clientAddress()
            try services.signInGuard.admit(account: input.email, address: address)
            guard let user = try await SignIn(store: services.store).user(email: input.email, password: input.password)
            else {
                services.signInGuard.failed(account: input.email, address: address)
                scope.logger.notice("sign-in refused", metadata: ["address": "\(address)"])
                return .page(
                    page(
                        scope, email: input.email, next: input.returnTo,
                        error: "This address and password do not match."))
            }
            let token = SessionToken.make(for: user.tenant)
            try await services.store.sessions.create(
                hash: token.digest, user: user.user.id, tenant: user.tenant,
                expiresAt: Date(timeIntervalSinceNow: lifetime))
            let cookie = SessionCookie(name: services.sessionCookie, allowsPlain: services.allowsPlainCookies)
            return .elsewhere(SeeOther(input.returnTo, cookies: [cookie.setting(token.text, seconds: Int(lifetime))]))
        }.page().erased
    }

    private struct SignOutForm: RouteInput {
        static let body = BodyContract.form([.field("csrf_token", .string)])
        init(from request: RequestReader) throws {}
    }

    private static func signOut(_ services: PageServices) -> AnyRoute {
        Route<SignOutForm, SeeOther>(
            .post, "/sign-out", "Sign out", tag: "Pages", access: .permission(.read)
        ) { _, scope in
            let tenant = try scope.tenant
            if let token = scope.session.flatMap({ SessionToken($0) }) {
                try await services.store.sessions.end(hash: token.digest, tenant: tenant)
            }
            let cookie = SessionCookie(name: services.sessionCookie, allowsPlain: services.allowsPlainCookies)
            return SeeOther(signInPath, cookies: [cookie.clearing])
        }.page(signIn: signInPath).erased
    }
}

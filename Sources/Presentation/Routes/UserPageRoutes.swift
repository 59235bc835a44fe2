import API
import Domain
import FoundationEssentials
import Identity
import Store

/// Settings: the people who sign in.
enum UserPageRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] { [list(services), add(services), disable(services)] }

    private static let path = "/settings/users"

    private static func page(
        _ services: PageServices, _ scope: RequestScope, entry: UsersPage.Entry = .init(), notice: String? = nil
    ) async throws -> HTMLContent {
        let users = try await services.store.users.list(tenant: try scope.tenant)
        let content = UsersPage.render(
            users, own: try scope.principal.name, entry: entry, csrfToken: services.csrfToken(scope))
        return try await services.page(
            "Users", .settings, scope, SettingsPage.render(current: path, notice: notice, content: content))
    }

    private static func list(_ services: PageServices) -> AnyRoute {
        Route<PageInput, HTMLContent>(
            .get, path, "Users", tag: "Pages", access: .permission(.manageUsers)
        ) { input, scope in
            try await page(services, scope, notice: input["notice"])
        }.page(signIn: signInPath).erased
    }

    private struct NewUser: RouteInput {
        static let body = BodyContract.form([
            .field("csrf_token", .string), .field("email", .string(length: 1...254)),
            .field("role", .cases(of: Role.self)), .field("password", .string(.password, length: 0...1024)),
        ])
        let email: String
        let role: Role
        let password: String

        init(from request: RequestReader) throws {
            email = request.form["email"] ?? ""
            role = request.form["role"].flatMap(Role.init(rawValue:)) ?? .viewer
            password = request.form["password"] ?? ""
        }
    }

    private static func add(_ services: PageServices) -> AnyRoute {
        Route<NewUser, PageOrRedirect>(
            .post, path, "Add user", tag: "Pages", access: .permission(.manageUsers)
        ) { input, scope in
            let principal = try scope.principal
            do {
                guard input.password.count >= 12 else {
                    throw StoreError.invalid(field: "password", reason: "the password needs 12 characters at least")
                }
                let hash = try await Passwords.hash(input.password)
                _ = try await services.store.users.create(
                    email: input.email, role: input.role, passwordHash: hash.encoded, tenant: principal.tenant,
                    by: principal)
                return .elsewhere(SeeOther("\(path)?notice=created"))
            } catch let error as StoreError {
                let entry = UsersPage.Entry(email: input.email, role: input.role, problem: error.message)
                return .page(try await page(services, scope, entry: entry))
            }
        }.page(signIn: signInPath).erased
    }

    private struct Disabling: RouteInput {
        static let id = PathParameter<UserID>("id", "The user.")
        static let parameters: [any ParameterDescribing] = [id]
        static let body = BodyContract.form([.field("csrf_token", .string)])
        let id: UserID

        init(from request: RequestReader) throws { id = try request.path(Self.id) }
    }

    private static func disable(_ services: PageServices) -> AnyRoute {
        Route<Disabling, SeeOther>(
            .post, "/settings/users/{id}/disable", "Disable user by form", tag: "Pages",
            access: .permission(.manageUsers)
        ) { input, scope in
            let principal = try scope.principal
            // Nobody locks themselves out by a slip.
            guard principal.subject != .user(input.id) else { throw RequestError.notFound("other user") }
            try await services.store.users.disable(input.id, tenant: principal.tenant, by: principal)
            return SeeOther("\(path)?notice=disabled")
        }.page(signIn: signInPath).erased
    }
}

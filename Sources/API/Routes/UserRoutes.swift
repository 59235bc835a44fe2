import Domain
import FoundationEssentials
import Identity
import Store

/// `/api/users`: who signs in.
enum UserRoutes {
    static func all(_ store: Store) -> [AnyRoute] {
        [list(store).erased, create(store).erased, disable(store).erased, me(store).erased]
    }

    private static let tag = "Users"

    private static func me(_ store: Store) -> Route<NoInput, PrincipalView> {
        Route(
            .get, "/api/me", "Get the caller", tag: tag, access: .permission(.read),
            description: "Whose credentials these are."
        ) { _, scope in PrincipalView(principal: try scope.principal) }
    }

    private static func list(_ store: Store) -> Route<WholeListInput, Page<UserView>> {
        Route(
            .get, "/api/users", "List users", tag: tag, access: .permission(.manageUsers),
            description: "By address; those who are disabled are left out."
        ) { input, scope in
            let users = try await store.users.list(tenant: try scope.tenant)
            return try Page(whole: users.map(UserView.init), input.page) { $0.user.email }
        }
    }

    private static func create(_ store: Store) -> Route<NewUser, Created<UserView>> {
        Route(
            .post, "/api/users", "Create a user", tag: tag, access: .permission(.manageUsers), errors: ["user.exists"]
        ) { input, scope in
            let principal = try scope.principal
            let hash = try await Passwords.hash(input.password)
            let user = try await store.users.create(
                email: input.email, role: input.role, passwordHash: hash.encoded, tenant: principal.tenant,
                by: principal)
            return Created(UserView(user), location: "/api/users/\(user.id)")
        }
    }

    private static func disable(_ store: Store) -> Route<UserInput, NoContent> {
        Route(
            .delete, "/api/users/{id}", "Disable a user", tag: tag, access: .permission(.manageUsers),
            description: "Ends their sessions; what they did stays in the audit trail.", errors: ["user.not_found"]
        ) { input, scope in
            let principal = try scope.principal
            try await store.users.disable(input.id, tenant: principal.tenant, by: principal)
            return NoContent()
        }
    }
}

/// The user that a path names.
struct UserInput: RouteInput {
    static let id = PathParameter<UserID>("id", "The user.")
    static let parameters: [any ParameterDescribing] = [id]
    let id: UserID

    init(from request: RequestReader) throws { id = try request.path(Self.id) }
}

/// A user to be made.
struct NewUser: JSONInput {
    static let schema = Schema.named(
        "NewUser",
        .object([
            .field("email", .string(.email, length: 3...254)), .field("role", .cases(of: Role.self)),
            .field("password", .string(.password, length: 12...1024), "At least 12 characters."),
        ]))
    let email: String
    let role: Role
    let password: String

    init(json: JSONValue) throws(RequestError) {
        email = try json.required("email")
        role = try json.required("role")
        password = try json.required("password")
    }
}

/// A user as lists show it.
struct UserView: JSONContent {
    let user: User

    init(_ user: User) { self.user = user }

    static let schema = Schema.named(
        "User",
        .object([
            .field("id", .uuid), .field("email", .string(.email)), .field("role", .cases(of: Role.self)),
            .field("created_at", .timestamp),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", user.id)
            writer.field("email", user.email)
            writer.field("role", user.role.rawValue)
            writer.field("created_at", user.createdAt)
        }
    }
}

/// The caller.
struct PrincipalView: JSONContent {
    let principal: Principal

    static let schema = Schema.named(
        "Principal",
        .object([.field("name", .string), .field("role", .cases(of: Role.self)), .field("tenant_id", .uuid)]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("name", principal.name)
            writer.field("role", principal.role.rawValue)
            writer.field("tenant_id", principal.tenant)
        }
    }
}

import Domain
import FoundationEssentials
import Identity
import Store

/// `/api/tokens`: what programs sign in with.
enum TokenRoutes {
    static func all(_ store: Store) -> [AnyRoute] {
        [list(store).erased, create(store).erased, revoke(store).erased]
    }

    private static let tag = "Tokens"

    private static func list(_ store: Store) -> Route<WholeListInput, Page<TokenView>> {
        Route(
            .get, "/api/tokens", "List tokens", tag: tag, access: .permission(.manageTokens),
            description: "The oldest first; never their secrets, which are stored nowhere."
        ) { input, scope in
            let tokens = try await store.tokens.list(tenant: try scope.tenant)
            return try Page(whole: tokens.map(TokenView.init), input.page) { $0.token.id.description }
        }
    }

    private static func create(_ store: Store) -> Route<NewToken, Created<TokenCreated>> {
        Route(
            .post, "/api/tokens", "Create a token", tag: tag, access: .permission(.manageTokens),
            description: "The answer holds the token itself, this once."
        ) { input, scope in
            let principal = try scope.principal
            let token = AccessToken.make(for: principal.tenant)
            let id = TokenID.make()
            try await store.tokens.create(
                id: id, name: input.name, role: input.role, scope: input.scope, hash: token.digest,
                expiresAt: input.expiresAt, tenant: principal.tenant, by: principal)
            return Created(TokenCreated(id: id, token: token.text), location: "/api/tokens/\(id)")
        }
    }

    private static func revoke(_ store: Store) -> Route<TokenInput, NoContent> {
        Route(
            .delete, "/api/tokens/{id}", "Revoke a token", tag: tag, access: .permission(.manageTokens),
            errors: ["token.not_found"]
        ) { input, scope in
            let principal = try scope.principal
            try await store.tokens.revoke(input.id, tenant: principal.tenant, by: principal)
            return NoContent()
        }
    }
}

/// The token that a path names.
struct TokenInput: RouteInput {
    static let id = PathParameter<TokenID>("id", "The token's id, not its secret.")
    static let parameters: [any ParameterDescribing] = [id]
    let id: TokenID

    init(from request: RequestReader) throws { id = try request.path(Self.id) }
}

/// A token to be made.
struct NewToken: JSONInput {
    static let schema = Schema.named(
        "NewToken",
        .object([
            .field("name", .string(length: 1...200), "What it is for."), .field("role", .cases(of: Role.self)),
            .optional("expires_at", .timestamp.orNull, "Without it the token lasts until it is revoked."),
            .optional(
                "scope", .nullable(.cases(of: TokenScope.self)),
                "What it is good for, of what its role may: push, to report in and nothing else. Push needs analyst."),
        ]))
    let name: String
    let role: Role
    let expiresAt: Date?
    let scope: TokenScope?

    init(json: JSONValue) throws(RequestError) {
        name = try json.required("name")
        role = try json.required("role")
        expiresAt = try json.optional("expires_at")
        scope = try json.optional("scope")
    }
}

/// A token that was made, with its secret.
struct TokenCreated: JSONContent {
    let id: TokenID
    let token: String

    static let schema = Schema.named(
        "TokenCreated", .object([.field("id", .uuid), .field("token", .string(.password), "Shown only now.")]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", id)
            writer.field("token", token)
        }
    }
}

/// A token as lists show it.
struct TokenView: JSONContent {
    let token: TokenStore.Summary

    static let schema = Schema.named(
        "Token",
        .object([
            .field("id", .uuid), .field("name", .string), .field("role", .cases(of: Role.self)),
            .field("created_at", .timestamp), .field("expires_at", .timestamp.orNull),
            .field("last_used_at", .timestamp.orNull), .field("scope", .nullable(.cases(of: TokenScope.self))),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", token.id)
            writer.field("name", token.name)
            writer.field("role", token.role.rawValue)
            writer.field("created_at", token.createdAt)
            writer.field("expires_at", token.expiresAt)
            writer.field("last_used_at", token.lastUsedAt)
            writer.field("scope", token.scope?.rawValue)
        }
    }
}

import API
import Domain
import Identity
import Store

/// Settings: where notices go.
enum NotificationPageRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] {
        [list(services), save(services), test(services), replay(services), remove(services)]
    }

    private static let path = "/settings/notifications"

    static func page(
        _ services: PageServices, _ scope: RequestScope, cursor: String? = nil, notice: String? = nil,
        secret: String? = nil, form: FormFields = FormFields("webhook"), patches: FormFields = FormFields("patches")
    ) async throws -> HTMLContent {
        let (store, tenant) = (services.store, try scope.tenant)
        async let webhook = store.webhooks.find(tenant: tenant)
        async let patching = store.patchWebhooks.find(tenant: tenant)
        let messages = try await store.outbox.list(.init(limit: 50, cursor: cursor), tenant: tenant)
        let content = NotificationsPage.render(
            try await webhook, messages: messages, secret: secret, form: form, isFirstPage: cursor == nil,
            nextPath: PageInput.place(messages.next).map { Address.make(path, ["cursor": $0]) },
            patches: PatchWebhookCard.render(try await patching, form: patches, csrfToken: services.csrfToken(scope)),
            csrfToken: services.csrfToken(scope))
        return try await services.page(
            "Notifications", .settings, scope, SettingsPage.render(current: path, notice: notice, content: content))
    }

    private static func list(_ services: PageServices) -> AnyRoute {
        Route<PageInput, HTMLContent>(
            .get, path, "Notifications", tag: "Pages", access: .permission(.manageTenant)
        ) { input, scope in
            try await page(services, scope, cursor: try input.cursor, notice: input["notice"])
        }.page(signIn: signInPath).erased
    }

    private struct Form: RouteInput {
        static let body = BodyContract.form([
            .field("csrf_token", .string), .field("url", .string(length: 0...10_000)),
            .optional("secret", .string(.password, length: 0...1000)), .field("state", .oneOf(["on", "off"])),
        ])
        let entered: [String: String]
        let secret: String?

        init(from request: RequestReader) throws {
            // The secret does not come back in a page.
            entered = FormFields.entered(request, ["url", "state"])
            secret = request.form["secret"].flatMap { $0.isEmpty ? nil : $0 }
        }
    }

    private static func save(_ services: PageServices) -> AnyRoute {
        Route<Form, PageOrRedirect>(
            .post, path, "Set webhook by form", tag: "Pages", access: .permission(.manageTenant)
        ) { input, scope in
            do {
                let secret = try await services.webhooks.put(
                    url: input.entered["url"] ?? "", secret: input.secret, isEnabled: input.entered["state"] == "on",
                    by: try scope.principal)
                guard let secret else { return .elsewhere(SeeOther("\(path)?notice=saved")) }
                // The one page that shows the secret: never behind a redirect, which would have to carry it.
                return .page(try await page(services, scope, secret: secret))
            } catch let error as StoreError {
                let form = FormFields("webhook", entered: input.entered, error: error)
                return .page(try await page(services, scope, form: form))
            }
        }.page(signIn: signInPath).erased
    }

    private struct Press: RouteInput {
        static let body = BodyContract.form([.field("csrf_token", .string)])

        init(from request: RequestReader) {}
    }

    private static func test(_ services: PageServices) -> AnyRoute {
        Route<Press, PageOrRedirect>(
            .post, "\(path)/test", "Send test by form", tag: "Pages", access: .permission(.manageTenant)
        ) { _, scope in
            do {
                _ = try await services.store.webhooks.test(by: try scope.principal)
                return .elsewhere(SeeOther("\(path)?notice=tested"))
            } catch let error as StoreError {
                let form = FormFields("webhook", entered: [:], error: error)
                return .page(try await page(services, scope, form: form))
            }
        }.page(signIn: signInPath).erased
    }

    private static func remove(_ services: PageServices) -> AnyRoute {
        Route<Press, PageOrRedirect>(
            .post, "\(path)/remove", "Remove webhook by form", tag: "Pages", access: .permission(.manageTenant)
        ) { _, scope in
            do {
                try await services.store.webhooks.delete(by: try scope.principal)
                return .elsewhere(SeeOther("\(path)?notice=removed"))
            } catch let error as StoreError {
                let form = FormFields("webhook", entered: [:], error: error)
                return .page(try await page(services, scope, form: form))
            }
        }.page(signIn: signInPath).erased
    }

    private struct Replay: RouteInput {
        static let id = PathParameter<MessageID>("id", "The message.")
        static let parameters: [any ParameterDescribing] = [id]
        static let body = BodyContract.form([.field("csrf_token", .string)])
        let id: MessageID

        init(from request: RequestReader) throws { id = try request.path(Self.id) }
    }

    private static func replay(_ services: PageServices) -> AnyRoute {
        Route<Replay, SeeOther>(
            .post, "\(path)/messages/{id}/replay", "Send message again by form", tag: "Pages",
            access: .permission(.manageTenant)
        ) { input, scope in
            try await services.store.outbox.replay(input.id, by: try scope.principal)
            return SeeOther("\(path)?notice=tested")
        }.page(signIn: signInPath).erased
    }
}

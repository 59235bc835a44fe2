import API
import Domain
import Store

/// Settings: the system of one's own that patches machines.
enum PatchWebhookPageRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] { [save(services), remove(services)] }

    private static let back = "/settings/notifications"

    private struct Form: RouteInput {
        static let body = BodyContract.form([
            .field("csrf_token", .string), .field("url", .string(length: 0...10_000)),
            .field("callback_url", .string(length: 0...10_000)),
            .optional("secret", .string(.password, length: 0...1000)), .field("state", .oneOf(["on", "off"])),
        ])
        let entered: [String: String]
        let secret: String?

        init(from request: RequestReader) throws {
            // The secret does not come back in a page.
            entered = FormFields.entered(request, ["url", "callback_url", "state"])
            secret = request.form["secret"].flatMap { $0.isEmpty ? nil : $0 }
        }
    }

    private static func save(_ services: PageServices) -> AnyRoute {
        Route<Form, PageOrRedirect>(
            .post, PatchWebhookCard.path, "Set webhook for patches by form", tag: "Pages",
            access: .permission(.manageTenant)
        ) { input, scope in
            do {
                try await services.webhooks.patches.put(
                    url: input.entered["url"] ?? "", callback: input.entered["callback_url"] ?? "",
                    secret: input.secret, isEnabled: input.entered["state"] == "on", by: try scope.principal)
                return .elsewhere(SeeOther("\(back)?notice=saved"))
            } catch let error as StoreError {
                let form = FormFields("patches", entered: input.entered, error: error)
                return .page(try await NotificationPageRoutes.page(services, scope, patches: form))
            }
        }.page(signIn: signInPath).erased
    }

    private struct Press: RouteInput {
        static let body = BodyContract.form([.field("csrf_token", .string)])

        init(from request: RequestReader) {}
    }

    private static func remove(_ services: PageServices) -> AnyRoute {
        Route<Press, PageOrRedirect>(
            .post, "\(PatchWebhookCard.path)/remove", "Remove webhook for patches by form", tag: "Pages",
            access: .permission(.manageTenant)
        ) { _, scope in
            do {
                try await services.store.patchWebhooks.delete(by: try scope.principal)
                return .elsewhere(SeeOther("\(back)?notice=removed"))
            } catch let error as StoreError {
                let form = FormFields("patches", entered: [:], error: error)
                return .page(try await NotificationPageRoutes.page(services, scope, patches: form))
            }
        }.page(signIn: signInPath).erased
    }
}

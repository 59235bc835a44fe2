import API
import Connectors
import Domain
import Identity
import Store

/// The pages of vendors' accounts and their forms.
enum ConnectorPageRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] {
        [
            list(services), new(services), add(services), detail(services), test(services), sync(services),
            replay(services), schedule(services), rotate(services), remove(services),
        ]
    }

    private static let path = "/connectors"

    private static func list(_ services: PageServices) -> AnyRoute {
        Route<PageInput, HTMLContent>(
            .get, path, "Connectors", tag: "Pages", access: .permission(.read)
        ) { input, scope in
            let principal = try scope.principal
            async let statuses = services.store.connectors.statuses(tenant: principal.tenant)
            let accounts = try await services.store.connectors.list(tenant: principal.tenant)
            return try await services.page(
                "Connectors", .connectors, scope,
                ConnectorsPage.render(
                    accounts, statuses: try await statuses, canChange: principal.may(.manageTenant),
                    notice: input["notice"]))
        }.page(signIn: signInPath).erased
    }

    private static func new(_ services: PageServices) -> AnyRoute {
        Route<PageInput, HTMLContent>(
            .get, "\(path)/new", "Add a connector", tag: "Pages", access: .permission(.manageTenant)
        ) { input, scope in
            guard let kind = input["kind"].flatMap(ConnectorKind.named) else {
                return try await services.page("Add a connector", .connectors, scope, NewConnectorPage.render())
            }
            return try await form(kind, services, scope, FormFields("connector"))
        }.page(signIn: signInPath).erased
    }

    private static func form(
        _ kind: ConnectorKind, _ services: PageServices, _ scope: RequestScope, _ fields: FormFields,
        problem: String? = nil
    ) async throws -> HTMLContent {
        let content = NewConnectorPage.render(
            kind, form: fields, problem: problem, csrfToken: services.csrfToken(scope))
        return try await services.page(kind.title, .connectors, scope, content)
    }

    private struct Form: RouteInput {
        /// What any vendor needs; each form sends its own vendor's.
        static let names = Set(ConnectorKind.all.flatMap { $0.fields.map(\.name) }).sorted()
        static let body = BodyContract.form(
            [
                .field("csrf_token", .string), .field("kind", .oneOf(ConnectorKind.all.map(\.id))),
                .field("name", .string(length: 0...1000)),
            ] + names.map { .optional($0, .string(length: 0...100_000)) })
        let kind: ConnectorKind
        let name: String
        var settings: [String: String] = [:]
        var secrets: [String: String] = [:]

        init(from request: RequestReader) throws {
            kind = request.form["kind"].flatMap(ConnectorKind.named) ?? .falcon
            name = request.form["name"] ?? ""
            for field in kind.fields {
                guard let value = request.form[field.name], !value.isEmpty else { continue }
                if field.isSecret { secrets[field.name] = value } else { settings[field.name] = value }
            }
        }

        /// What may be shown again: nothing secret.
        var entered: [String: String] { settings.merging(["name": name]) { _, name in name } }
    }

    private static func add(_ services: PageServices) -> AnyRoute {
        Route<Form, PageOrRedirect>(
            .post, path, "Add connector by form", tag: "Pages", access: .permission(.manageTenant)
        ) { input, scope in
            let entry = ConnectorSetup.Entry(
                kind: input.kind.id, name: input.name, settings: input.settings, secrets: input.secrets)
            do {
                let (id, checks) = try await services.connectors.add(entry, by: try scope.principal)
                return .page(
                    try await page(id, services, scope, ConnectorPage.Outcome(checks: checks, notice: "added")))
            } catch let error as StoreError {
                let fields = FormFields(
                    "connector", entered: input.entered, error: error, names: ["connector": "name"])
                return .page(try await form(input.kind, services, scope, fields))
            } catch let error as ConnectorError {
                let fields = FormFields("connector", entered: input.entered)
                return .page(try await form(input.kind, services, scope, fields, problem: error.message))
            }
        }.page(signIn: signInPath).erased
    }

    private static func page(
        _ id: ConnectorID, _ services: PageServices, _ scope: RequestScope, _ outcome: ConnectorPage.Outcome
    ) async throws -> HTMLContent {
        let principal = try scope.principal
        let account = try await services.store.connectors.find(id, tenant: principal.tenant)
        let quarantine = try await services.store.connectors.quarantine(id, limit: 50, tenant: principal.tenant)
        let status = try await services.store.connectors.statuses(tenant: principal.tenant)[id]
        let content = ConnectorPage.render(
            ConnectorPage.Content(account: account, status: status, quarantine: quarantine), outcome: outcome,
            canChange: principal.may(.manageTenant), csrfToken: services.csrfToken(scope))
        return try await services.page(account.name, .connectors, scope, content)
    }

    private struct Named: RouteInput {
        static let id = PathParameter<ConnectorID>("id", "The connector.")
        static let parameters: [any ParameterDescribing] = [id] + PageInput.parameters
        let id: ConnectorID
        let page: PageInput

        init(from request: RequestReader) throws {
            id = try request.path(Named.id)
            page = try PageInput(from: request)
        }
    }

    private static func detail(_ services: PageServices) -> AnyRoute {
        Route<Named, HTMLContent>(
            .get, "\(path)/{id}", "Connector", tag: "Pages", access: .permission(.read)
        ) { input, scope in
            try await page(input.id, services, scope, ConnectorPage.Outcome(notice: input.page["notice"]))
        }.page(signIn: signInPath).erased
    }

    private struct Press: RouteInput {
        static let parameters: [any ParameterDescribing] = [Named.id]
        static let body = BodyContract.form([.field("csrf_token", .string)])
        let id: ConnectorID

        init(from request: RequestReader) throws { id = try request.path(Named.id) }
    }

    private static func test(_ services: PageServices) -> AnyRoute {
        Route<Press, HTMLContent>(
            .post, "\(path)/{id}/test", "Test connector by form", tag: "Pages", access: .permission(.manageTenant)
        ) { input, scope in
            do {
                let checks = try await services.connectors.test(input.id, tenant: try scope.tenant)
                return try await page(input.id, services, scope, ConnectorPage.Outcome(checks: checks))
            } catch let error as ConnectorError {
                return try await page(input.id, services, scope, ConnectorPage.Outcome(problem: error.message))
            }
        }.page(signIn: signInPath).erased
    }

    private static func remove(_ services: PageServices) -> AnyRoute {
        Route<Press, SeeOther>(
            .post, "\(path)/{id}/remove", "Remove connector by form", tag: "Pages",
            access: .permission(.manageTenant)
        ) { input, scope in
            let principal = try scope.principal
            try await services.store.connectors.remove(input.id, tenant: principal.tenant, by: principal)
            return SeeOther("\(path)?notice=removed")
        }.page(signIn: signInPath).erased
    }

    private static func sync(_ services: PageServices) -> AnyRoute {
        press(services, "sync", "Read connector by form") { id, principal in
            try await services.store.connectors.requestSync(
                id, full: false, tenant: principal.tenant, by: principal)
        }
    }

    private static func replay(_ services: PageServices) -> AnyRoute {
        press(services, "replay", "Read quarantined by form") { id, principal in
            try await services.store.connectors.replay(id, tenant: principal.tenant, by: principal)
        }
    }

    /// A button that has a worker read something.
    private static func press(
        _ services: PageServices, _ word: String, _ summary: String,
        _ ask: @escaping @Sendable (ConnectorID, Principal) async throws -> Void
    ) -> AnyRoute {
        Route<Press, PageOrRedirect>(
            .post, "\(path)/{id}/\(word)", summary, tag: "Pages", access: .permission(.manageTenant)
        ) { input, scope in
            do {
                try await ask(input.id, try scope.principal)
                return .elsewhere(SeeOther("\(path)/\(input.id)?notice=asked"))
            } catch StoreError.conflict(_, let reason) {
                return .page(try await page(input.id, services, scope, ConnectorPage.Outcome(problem: reason)))
            }
        }.page(signIn: signInPath).erased
    }

    private struct ScheduleForm: RouteInput {
        static let parameters: [any ParameterDescribing] = [Named.id]
        static let body = BodyContract.form([
            .field("csrf_token", .string), .field("interval", .string(length: 0...100)),
            .field("full_interval", .string(length: 0...100)), .field("state", .oneOf(["on", "paused"])),
        ])
        let id: ConnectorID
        let entered: [String: String]

        init(from request: RequestReader) throws {
            id = try request.path(Named.id)
            entered = FormFields.entered(request, ["interval", "full_interval", "state"])
        }

        /// - Throws: `StoreError.invalid` for what is no number.
        func schedule() throws -> SyncSchedule {
            func seconds(_ name: String, _ unit: Int) throws -> Int {
                guard let number = Int(entered[name] ?? ""), (0...1_000_000).contains(number) else {
                    throw StoreError.invalid(field: name, reason: "must be a whole number")
                }
                return number * unit
            }
            return SyncSchedule(
                interval: try seconds("interval", 60), fullInterval: try seconds("full_interval", 3600),
                isPaused: entered["state"] == "paused")
        }
    }

    private static func schedule(_ services: PageServices) -> AnyRoute {
        Route<ScheduleForm, PageOrRedirect>(
            .post, "\(path)/{id}/schedule", "Schedule connector by form", tag: "Pages",
            access: .permission(.manageTenant)
        ) { input, scope in
            do {
                let principal = try scope.principal
                try await services.store.connectors.schedule(
                    input.id, try input.schedule(), tenant: principal.tenant, by: principal)
                return .elsewhere(SeeOther("\(path)/\(input.id)?notice=scheduled"))
            } catch let error as StoreError {
                let forms = FormFields("connector", entered: input.entered, error: error)
                return .page(try await page(input.id, services, scope, ConnectorPage.Outcome(forms: forms)))
            }
        }.page(signIn: signInPath).erased
    }

    private struct RotationForm: RouteInput {
        static let parameters: [any ParameterDescribing] = [Named.id]
        static let body = BodyContract.form(
            [.field("csrf_token", .string)] + Form.names.map { .optional($0, .string(length: 0...100_000)) })
        let id: ConnectorID
        private let values: [String: String]

        init(from request: RequestReader) throws {
            id = try request.path(Named.id)
            values = FormFields.entered(request, Form.names)
        }

        /// What was entered for a kind: what is empty stays as it is.
        func entered(_ kind: ConnectorKind?) -> (settings: [String: String], secrets: [String: String]) {
            var (settings, secrets) = ([String: String](), [String: String]())
            for field in kind?.fields ?? [] {
                guard let value = values[field.name], !value.isEmpty else { continue }
                if field.isSecret { secrets[field.name] = value } else { settings[field.name] = value }
            }
            return (settings, secrets)
        }
    }

    private static func rotate(_ services: PageServices) -> AnyRoute {
        Route<RotationForm, PageOrRedirect>(
            .post, "\(path)/{id}/rotate", "Rotate credentials by form", tag: "Pages",
            access: .permission(.manageTenant)
        ) { input, scope in
            let principal = try scope.principal
            let account = try await services.store.connectors.find(input.id, tenant: principal.tenant)
            let entered = input.entered(ConnectorKind.named(account.kind))
            do {
                let checks = try await services.connectors.rotate(
                    input.id, settings: entered.settings, secrets: entered.secrets, by: principal)
                return .page(
                    try await page(
                        input.id, services, scope, ConnectorPage.Outcome(checks: checks, notice: "rotated")))
            } catch let error as StoreError {
                let forms = FormFields("connector", entered: entered.settings, error: error)
                return .page(try await page(input.id, services, scope, ConnectorPage.Outcome(forms: forms)))
            } catch let error as ConnectorError {
                return .page(try await page(input.id, services, scope, ConnectorPage.Outcome(problem: error.message)))
            }
        }.page(signIn: signInPath).erased
    }
}

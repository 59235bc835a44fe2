import Domain
import FoundationEssentials
import Patching
import Store

/// `/api/patches/calendar`: when deployments let endpoints begin.
enum DeploymentWindowRoutes {
    static func all(_ store: Store) -> [AnyRoute] { [calendar(store).erased] }

    private static func calendar(_ store: Store) -> Route<DeploymentWindowInput, Page<DeploymentWindowsView>> {
        Route(
            .get, "/api/patches/calendar", "List maintenance windows", tag: DeploymentRoutes.tag,
            access: .permission(.read),
            description: """
                When the windows of deployments that may still begin somewhere are open, schedule by schedule, as whoever \
                hands out jobs reckons it: blackouts and margins are cut out, clocks that are changed are followed.
                """
        ) { input, scope in
            let found = try await store.deployments.windows(
                from: input.start, until: input.end, tenant: try scope.tenant)
            return try Page(ordered: found.windows.map(DeploymentWindowsView.init), input.page)
        }
    }
}

/// The stretch of time that is asked for.
struct DeploymentWindowInput: RouteInput {
    /// Days between the two at most.
    private static let longest = 92
    static let from = QueryParameter<Date>("from", "The first moment; now without.")
    static let to = QueryParameter<Date>("to", "The last moment, 92 days later at most; 28 days later without.")
    static let parameters: [any ParameterDescribing] = [from, to] + PageRequest.parameters
    let start: Date
    let end: Date
    let page: PageRequest

    init(from request: RequestReader) throws {
        start = try request.query(Self.from) ?? Date()
        end = try request.query(Self.to) ?? start.addingTimeInterval(28 * 86_400)
        page = try PageRequest(from: request, sort: PageRequest.keyOrder)
        guard end > start, end.timeIntervalSince(start) <= Double(Self.longest) * 86_400 else {
            throw RequestError.invalidParameter(
                name: "to", rule: "must be later than from, and \(Self.longest) days at most")
        }
    }
}

/// A row of `GET /api/patches/calendar`.
struct DeploymentWindowsView: JSONContent {
    let windows: DeploymentStore.Windows

    init(_ windows: DeploymentStore.Windows) { self.windows = windows }

    static let schema = Schema.named(
        "DeploymentWindows",
        .object([
            .field("deployment_id", .uuid), .field("kb_number", .string), .field("title", .string),
            .field("status", .cases(of: DeploymentStatus.self)),
            .field("schedule", .integer, "Of the plan's, counted from 0."),
            .field("groups", .array(of: .string), "Empty: of all endpoints that are in no other schedule's groups."),
            .field("time_zone", .string),
            .field(
                "openings",
                .array(
                    of: .object([
                        .field("opens_at", .timestamp), .field("closes_at", .timestamp),
                        .field("opens_local", .string, "By the clocks of the time zone.", example: "2026-12-24T22:00"),
                        .field("closes_local", .string),
                    ]))),
            .field(
                "blackouts",
                .array(
                    of: .object([
                        .field("from", .string, "The first day, in the time zone."), .field("through", .string),
                        .field("reason", .string.orNull),
                    ])), "Of the schedule, whenever they are."),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("deployment_id", windows.deployment.id)
            writer.field("kb_number", windows.deployment.number)
            writer.field("title", windows.deployment.title)
            writer.field("status", windows.deployment.status)
            writer.field("schedule", windows.place)
            writer.field("groups", windows.schedule.groups)
            writer.field("time_zone", windows.schedule.timeZone)
            writer.field("openings", windows.openings.map { OpeningView(opening: $0, calendar: windows.calendar) })
            writer.field("blackouts", windows.schedule.blackouts.map(BlackoutView.init))
        }
    }

    private struct OpeningView: JSONWritable {
        let opening: WindowCalendar.Opening
        let calendar: WindowCalendar

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.field("opens_at", opening.opens)
                writer.field("closes_at", opening.closes)
                writer.field("opens_local", calendar.onWall(opening.opens))
                writer.field("closes_local", calendar.onWall(opening.closes))
            }
        }
    }

    private struct BlackoutView: JSONWritable {
        let blackout: MaintenanceSchedule.Blackout

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.field("from", blackout.from)
                writer.field("through", blackout.through)
                writer.field("reason", blackout.reason)
            }
        }
    }
}

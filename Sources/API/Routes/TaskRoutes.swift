import Domain
import FoundationEssentials
import Store

/// `/api/tasks`: work in the background.
enum TaskRoutes {
    static func all(_ store: Store) -> [AnyRoute] { [detail(store).erased, events(store).erased] }

    private static func detail(_ store: Store) -> Route<TaskInput, TaskView> {
        Route(
            .get, "/api/tasks/{id}", "Get a task", tag: "Tasks", access: .permission(.read),
            description: "How far work is that a POST has started.", errors: ["task.not_found"]
        ) { input, scope in
            TaskView(job: try await store.jobs.find(input.id, tenant: try scope.tenant))
        }
    }

    private static func events(_ store: Store) -> Route<TaskInput, EventStream> {
        Route(
            .get, "/api/tasks/{id}/events", "Follow a task", tag: "Tasks", access: .permission(.read),
            description: """
                Server-Sent Events named after the task's state, each with the task as its data: one now, one \
                after each change. The stream ends when the task is done or has failed.
                """, errors: ["task.not_found"], limits: .endless
        ) { input, scope in
            let tenant = try scope.tenant
            // An unknown task is 404, not a stream that breaks off.
            _ = try await store.jobs.find(input.id, tenant: tenant)
            return EventStream(store.jobs.follow(input.id, tenant: tenant)) { job in
                ServerEvent(json: TaskView(job: job), name: job.state.rawValue)
            }
        }
    }
}

/// The task that a path names.
struct TaskInput: RouteInput {
    static let id = PathParameter<TaskID>("id", "The task.")
    static let parameters: [any ParameterDescribing] = [id]
    let id: TaskID

    init(from request: RequestReader) throws { id = try request.path(Self.id) }
}

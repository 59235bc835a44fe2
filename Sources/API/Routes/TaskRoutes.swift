import Domain
import FoundationEssentials
import Store

/// `/api/tasks`: work in the background.
enum TaskRoutes {
    static func all(_ store: Store) -> [AnyRoute] { [detail(store).erased] }

    private static func detail(_ store: Store) -> Route<TaskInput, TaskView> {
        Route(
            .get, "/api/tasks/{id}", "Get a task", tag: "Tasks", access: .permission(.read),
            description: "How far work is that a POST has started.", errors: ["task.not_found"]
        ) { input, scope in
            TaskView(job: try await store.jobs.find(input.id, tenant: try scope.tenant))
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

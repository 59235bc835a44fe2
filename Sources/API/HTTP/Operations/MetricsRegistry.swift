import Synchronization

/// What `/metrics` shows: counters of the routes, and figures of other parts of the program that are
/// asked for when somebody looks.
public final class MetricsRegistry: Sendable {
    /// Whether a figure only grows.
    public enum Kind: String, Sendable {
        case gauge, counter
    }

    /// A figure that is read on demand.
    struct Figure: Sendable {
        let name: String
        let help: String
        let kind: Kind
        let read: Reading
    }

    /// Gives a figure's values, told apart by labels; none when it cannot be read now.
    public typealias Reading = @Sendable () async -> [(labels: [String: String], value: Double)]

    private struct State {
        var meters: [RouteMeter] = []
        var figures: [Figure] = []
    }

    private let state = Mutex(State())
    private static let patience = Duration.seconds(2)
    private let running = Atomic<Int>(0)

    public init() {}

    /// Adds a figure. `name` is `garrison_noun_unit`, after the conventions of Prometheus.
    public func add(_ name: String, help: String, kind: Kind = .gauge, read: @escaping @Sendable () -> Double) {
        add(name, help: help, kind: kind) { [([:], read())] }
    }

    /// Adds a figure that has several values, told apart by labels.
    public func add(
        _ name: String, help: String, kind: Kind = .gauge,
        read: @escaping Reading
    ) {
        state.withLock { $0.figures.append(Figure(name: name, help: help, kind: kind, read: read)) }
    }

    /// The meter of a route, the same one each time.
    func meter(method: String, path: String) -> RouteMeter {
        state.withLock { state in
            if let meter = state.meters.first(where: { $0.method == method && $0.path == path }) { return meter }
            let meter = RouteMeter(method: method, path: path)
            state.meters.append(meter)
            return meter
        }
    }

    func begin() { running.wrappingAdd(1, ordering: .relaxed) }
    func end() { running.wrappingSubtract(1, ordering: .relaxed) }

    /// Everything in the text format of Prometheus, version 0.0.4.
    public func render() async -> String {
        let (meters, figures) = state.withLock { ($0.meters, $0.figures) }
        var text = MetricsText()
        text.requests(meters)
        text.latencies(meters)
        text.header("garrison_http_requests_in_flight", help: "Requests being answered now.", kind: "gauge")
        text.sample("garrison_http_requests_in_flight", [], Double(running.load(ordering: .relaxed)))
        for (figure, values) in zip(figures, await Self.read(figures)) {
            text.header(figure.name, help: figure.help, kind: figure.kind.rawValue)
            for (labels, value) in values {
                text.sample(figure.name, labels.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, value)
            }
        }
        return text.text
    }

    /// Reads all figures at once; one that takes too long has no values.
    private static func read(_ figures: [Figure]) async -> [[(labels: [String: String], value: Double)]] {
        await withTaskGroup(of: (Int, [(labels: [String: String], value: Double)]).self) { group in
            for (index, figure) in figures.enumerated() {
                group.addTask {
                    let values = try? await Deadline.run(patience, orThrow: .timedOut) { await figure.read() }
                    return (index, values ?? [])
                }
            }
            var values = [[(labels: [String: String], value: Double)]](repeating: [], count: figures.count)
            for await (index, read) in group { values[index] = read }
            return values
        }
    }
}

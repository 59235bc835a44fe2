import Hummingbird

/// The routes for whoever runs the server: `/healthz`, `/readyz`, `/metrics`.
public enum OperationsRoutes {
    private static let tag = "Operations"

    /// - Parameters:
    ///   - readiness: what must work before clients are sent here.
    ///   - metrics: what `/metrics` shows; figures of the process are added to it.
    public static func routes(readiness: [HealthCheck], metrics: MetricsRegistry) -> [AnyRoute] {
        ProcessFigures.register(in: metrics)
        return [
            Route<NoInput, HealthReport>(
                .get, "/healthz", "Whether the process lives", tag: tag, access: .open, limits: .probe
            ) { _, _ in HealthReport(results: []) }.erased,
            Route<NoInput, HealthReport>(
                .get, "/readyz", "Whether the server can do its work", tag: tag, access: .open,
                description: "503 while a part that it cannot do without does not work.", limits: .probe
            ) { _, _ in await HealthReport.run(readiness) }.erased,
            Route<NoInput, MetricsContent>(
                .get, "/metrics", "Figures for Prometheus", tag: tag, access: .open, limits: .probe
            ) { _, _ in MetricsContent(text: await metrics.render()) }.erased,
        ]
    }
}

/// The text that Prometheus reads.
struct MetricsContent: ResponseContent {
    let text: String

    static var contract: ResponseContract {
        ResponseContract(description: "Prometheus text format 0.0.4.", mediaType: "text/plain")
    }

    func response(in scope: RequestScope) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}

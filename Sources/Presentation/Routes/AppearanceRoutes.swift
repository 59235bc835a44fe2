import API

/// Light or dark, kept in a cookie; public, since it is nobody's data.
enum AppearanceRoutes {
    static let all = [choose]

    private struct Choice: RouteInput {
        static let body = BodyContract.form([
            .field("theme", .string), .optional("csrf_token", .string), .optional("return_to", .string),
        ])
        let appearance: Appearance
        let returnTo: String

        init(from request: RequestReader) throws {
            appearance = request.form["theme"].flatMap(Appearance.init(rawValue:)) ?? .automatic
            returnTo = LocalPath.safe(request.form["return_to"])
        }
    }

    private static let choose = Route<Choice, SeeOther>(
        .post, Appearance.path, "Choose appearance", tag: "Pages", access: .open
    ) { input, _ in
        SeeOther(input.returnTo, cookies: [input.appearance.cookie])
    }.page().erased
}

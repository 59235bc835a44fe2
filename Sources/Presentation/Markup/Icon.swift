/// Line drawings, 24 by 24; never the only carrier of a meaning.
enum Icon: String {
    case overview = "M3 13h8V3H3zM13 21h8V11h-8zM3 21h8v-4H3zM13 7h8V3h-8z"
    case endpoint = "M3 4h18v12H3zM8 20h8M12 16v4"
    case finding = "m9 11 3 3L22 4M21 12v7a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h11"
    case vulnerability =
        "M12 9v4M12 17h.01M10.3 3.9 1.8 18a2 2 0 0 0 1.7 3h17a2 2 0 0 0 1.7-3L13.7 3.9a2 2 0 0 0-3.4 0z"
    case intelligence = "M4 19.5A2.5 2.5 0 0 1 6.5 17H20V2H6.5A2.5 2.5 0 0 0 4 4.5zM4 19.5A2.5 2.5 0 0 0 6.5 22H20v-5"
    case settings = "M4 21v-7M4 10V3M12 21v-9M12 8V3M20 21v-5M20 12V3M1 14h6M9 8h6M17 16h6"
    case api = "m16 18 6-6-6-6M8 6l-6 6 6 6"
    case scan = "M21 12a9 9 0 1 1-2.6-6.4M21 3v6h-6"
    case download = "M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4M7 10l5 5 5-5M12 15V3"
    case upload = "M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4M7 8l5-5 5 5M12 3v12"
    case sun =
        "M12 17a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM12 1v2M12 21v2M4.2 4.2l1.4 1.4M18.4 18.4l1.4 1.4M1 12h2M21 12h2M4.2 19.8l1.4-1.4M18.4 5.6l1.4-1.4"
    case moon = "M21 12.8A9 9 0 1 1 11.2 3a7 7 0 0 0 9.8 9.8z"
    case contrast = "M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20zM12 2v20"
    case check = "M22 11.1V12a10 10 0 1 1-5.9-9.1M22 4 12 14l-3-3"
    case lost = "M11 19a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM21 21l-4.4-4.4"
    case plug = "M9 2v6M15 2v6M6 8h12v4a6 6 0 0 1-12 0zM12 18v4"
    case incident = "M12 2v4M12 18v4M2 12h4M18 12h4M12 17a5 5 0 1 0 0-10 5 5 0 0 0 0 10z"
    case patch = "M9 3v4M15 3v4M3 9h4M3 15h4M17 9h4M17 15h4M9 17v4M15 17v4M7 7h10v10H7zM10 12h4M12 10v4"
    case calendar = "M4 5h16v16H4zM4 10h16M8 2v4M16 2v4"
    case lock = "M5 11h14v10H5zM8 11V7a4 4 0 0 1 8 0v4"

    var html: HTML {
        "<svg class=\"icon\" viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"\(rawValue)\"/></svg>"
    }

    /// The product's mark.
    static let brand: HTML = """
        <svg viewBox="0 0 24 24" aria-hidden="true"><path fill="#3b8ee6" d="M12 1 3 4.5v6.6c0 5.4 3.8 10.3 9 11.9 5.2-1.6 9-6.5 9-11.9V4.5z"/>\
        <path fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" d="m8 12 3 3 5.5-6"/></svg>
        """
}

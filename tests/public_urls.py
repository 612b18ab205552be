"""The pages that open without signing in; every other address sends the visitor to sign in."""

PUBLIC = {
    # The public face
    "insight:board",
    "insight:division",
    "insight:screen",
    "insight:figures",
    "insight:figure",
    "insight:rows_csv",
    "insight:places_geojson",
    "insight:outlines_geojson",
    "places:list",
    "places:place",
    "places:export",
    "inspections:standards",
    "inspections:newest",
    "inspections:standard",
    "inspections:diff",
    "inspections:evaluation",
    "inspections:place",
    "inspections:scorecard",
    "inspections:line",
    "activities:list",
    "activities:activity",
    "teams:list",
    "teams:team",
    # The house
    "set_language",
    "modes",
    "look",
    "account_login",
    "account_logout",
    # The interface; what each operation asks stands in tests/test_api.py
    "api:openapi-json",
}

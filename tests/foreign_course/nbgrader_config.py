from autograder.wall.settings import grade_behind_wall

c = get_config()  # noqa: F821  (nbgrader provides it)

c.CourseDirectory.course_id = "other"
grade_behind_wall(c)
